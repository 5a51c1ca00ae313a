using System.Text.Json.Serialization;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Instances;

/// <summary>Another instance says that there is work: the workers look at once instead of at the next second.</summary>
internal static class ReceiveWake
{
    public const string Path = "/internal/wake";

    public sealed record Woken(bool Awake);

    /// <remarks>Whoever shows no signature at all is told what every unknown route tells.</remarks>
    public static Results<Ok<Woken>, Failure> Handle(HttpRequest request, WakeSignature signature, IWorkControl control)
    {
        var shown = request.Headers[WakeSignature.Header].ToString();
        if (shown.Length == 0)
        {
            return new Failure(Errors.UnknownRoute);
        }

        if (!signature.IsGood(shown))
        {
            return new Failure(Errors.Unauthorized);
        }

        control.Wake();
        return TypedResults.Ok(new Woken(Awake: true));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReceiveWake.Woken))]
internal sealed partial class InstanceWire : JsonSerializerContext;
