using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>How the strings of a configuration are treated unless an action says otherwise (15-semantics.md, "Templates").</summary>
public static class TextForms
{
    /// <summary>Every string is a template, save ids, <c>type</c>, <c>trigger</c>, <c>templateName</c> and <c>language</c>.</summary>
    public static TextForm Of(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return name is "type" or "trigger" or "templateName" or "language" || name.EndsWith("Id", StringComparison.Ordinal)
            ? TextForm.Verbatim
            : TextForm.Plain;
    }
}
