namespace Ecodrix.Bench.Tests;

/// <summary>The server that the environment names.</summary>
internal static class TestServer
{
    private const string Variable = "ECODRIX_TEST_MONGODB";

    /// <summary>Skips the test where there is none.</summary>
    public static string Uri
    {
        get
        {
            var named = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(string.IsNullOrEmpty(named), $"{Variable} names no server.");
            return named!;
        }
    }
}
