using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests;

/// <summary>Reads answers and holds them against the envelope.</summary>
public static class Answers
{
    public static async Task<JsonObject> ReadAnswerAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

    /// <returns>What stands in <c>data</c> of a success.</returns>
    public static async Task<JsonNode?> ReadDataAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var answer = await response.ReadAnswerAsync();
        response.StatusCode.ShouldBe(expected, answer.ToJsonString());
        answer["success"]!.GetValue<bool>().ShouldBeTrue();
        return answer["data"];
    }

    /// <summary>Demands the one error body that there is, with this status and code.</summary>
    public static async Task<JsonObject> ShouldFailAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var answer = await response.ShouldBeErrorAsync();
        answer["code"]!.GetValue<string>().ShouldBe(code, answer.ToJsonString());
        response.StatusCode.ShouldBe(status, answer.ToJsonString());
        return answer;
    }

    /// <summary>Demands the one error body that there is.</summary>
    public static async Task<JsonObject> ShouldBeErrorAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType?.ToString().ShouldBe("application/json; charset=utf-8", $"{response.RequestMessage} {response.StatusCode} {text}");

        var answer = JsonNode.Parse(text)!.AsObject();
        answer["success"]!.GetValue<bool>().ShouldBeFalse();
        answer["message"]!.GetValue<string>().ShouldNotBeNullOrWhiteSpace();
        answer["code"]!.GetValue<string>().ShouldMatch("^[A-Z][A-Z_]+$");
        answer["requestId"]!.GetValue<string>().ShouldBe(response.Headers.GetValues("x-request-id").Single());
        answer.Select(field => field.Key).Except(["success", "message", "code", "requestId", "hint", "errors"], StringComparer.Ordinal).ShouldBeEmpty();
        return answer;
    }
}
