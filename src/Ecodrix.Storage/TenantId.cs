using System.Text.RegularExpressions;

namespace Ecodrix.Storage;

/// <summary>Whose documents. A client's code, or that code with <c>_test</c> for its test twin: a tenant of its own in every respect.</summary>
public readonly partial record struct TenantId
{
    private const string TestSuffix = "_test";

    private readonly string? value;

    private TenantId(string value) => this.value = value;

    /// <summary>Safe as a file name and as a database name.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default</c>, which names no tenant.</exception>
    public string Value => value ?? throw new InvalidOperationException("A default TenantId names no tenant.");

    /// <summary>Whether this is a test twin.</summary>
    public bool IsTest => Value.EndsWith(TestSuffix, StringComparison.Ordinal);

    /// <summary>The client's code, the same for live and test.</summary>
    public string Code => IsTest ? Value[..^TestSuffix.Length] : Value;

    /// <summary>The mode as the wire spells it.</summary>
    public string Mode => IsTest ? "test" : "live";

    public TenantId Live => new(Code);

    public TenantId Test => new(Code + TestSuffix);

    /// <exception cref="FormatException">The text is no tenant's name.</exception>
    public static TenantId Parse(string text) =>
        TryParse(text, out var tenant) ? tenant : throw new FormatException("A client code is a letter followed by 1 to 31 letters, digits, underscores or hyphens, in upper case.");

    public static bool TryParse(string? text, out TenantId tenant)
    {
        var valid = text is not null && Form().IsMatch(text);
        tenant = valid ? new TenantId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_-]{1,31}(?:_test)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
