namespace Ecodrix.Server.Configuration;

/// <summary>A setting that stops the start. The message is one sentence that names the variable and what it should be; it never repeats the value.</summary>
internal sealed class WrongSettingException(string name, string shouldBe) : Exception($"{name} {shouldBe}.");
