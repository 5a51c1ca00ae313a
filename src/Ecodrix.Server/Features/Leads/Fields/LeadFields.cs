using System.Text.Json;
using Ecodrix.Server.Contacts;

namespace Ecodrix.Server.Features.Leads;

/// <summary>The fields of a lead that requests, rules and imports may set: their names, what each accepts, and what it changes.</summary>
internal static class LeadFields
{
    public const string Phone = "phone";

    public const string Email = "email";

    private static readonly Dictionary<string, Field> Settable = new(StringComparer.Ordinal)
    {
        ["firstName"] = Field.Line(100, (lead, text) => lead with { FirstName = text }, lead => lead.FirstName),
        ["lastName"] = Field.Line(100, (lead, text) => lead with { LastName = text }, lead => lead.LastName),
        ["waUserId"] = Field.Line(200, (lead, text) => lead with { WaUserId = text }, lead => lead.WaUserId),
        ["source"] = Field.Line(100, (lead, text) => lead with { Source = text ?? Lead.DefaultSource }, lead => lead.Source),
        ["dealTitle"] = Field.Line(200, (lead, text) => lead with { DealTitle = text }, lead => lead.DealTitle),
        ["assignedTo"] = Field.Line(200, (lead, text) => lead with { AssignedTo = text }, _ => null),
        ["dealValue"] = new Field(FieldReaders.Amount, lead => lead.DealUnits),
        ["currency"] = new Field(FieldReaders.Currency, lead => lead.Currency),
        ["tags"] = new Field(FieldReaders.Tags, _ => null),
        ["score"] = new Field(FieldReaders.Score, _ => null),
        ["metadata"] = new Field(MetadataReader.Read, lead => lead.Metadata),
        ["consent"] = new Field(FieldReaders.Consent, lead => lead.Consent),
        ["lastContactedAt"] = new Field(FieldReaders.LastContacted, lead => lead.LastContactedAt),
    };

    /// <summary>Reads every field that the object has. What is wrong stands in <see cref="FieldReading.Problems"/>; the patch then lacks it.</summary>
    /// <param name="allowed">Names beside the settable ones that the caller reads itself.</param>
    public static LeadPatch Read(JsonElement fields, FieldReading reading, params ReadOnlySpan<string> allowed)
    {
        if (fields.ValueKind is not JsonValueKind.Object)
        {
            reading.Refuse("", "must be an object");
            return LeadPatch.None;
        }

        var changes = new List<Func<Lead, Lead>>();
        var unknown = new List<string>();
        var patch = LeadPatch.None;
        foreach (var property in fields.EnumerateObject())
        {
            if (Settable.TryGetValue(property.Name, out var field))
            {
                changes.AddRange(field.Read(property.Value, property.Name, reading) is { } change ? [change] : []);
            }
            else if (property.Name is Phone or Email)
            {
                patch = WithAddress(patch, property, reading);
            }
            else if (!allowed.Contains(property.Name))
            {
                unknown.Add(property.Name);
            }
        }

        return patch with { Changes = changes, Unknown = unknown };
    }

    public static bool IsSettable(string name) => name is Phone or Email || Settable.ContainsKey(name);

    /// <summary>The names of plain fields that differ; tags, assignee, score and stage are told apart from these.</summary>
    public static IEnumerable<string> ChangedNames(Lead before, Lead after)
    {
        if (!string.Equals(before.Phone, after.Phone, StringComparison.Ordinal))
        {
            yield return Phone;
        }

        if (!string.Equals(before.Email, after.Email, StringComparison.Ordinal))
        {
            yield return Email;
        }

        foreach (var (name, field) in Settable)
        {
            if (!Equals(field.Value(before), field.Value(after)))
            {
                yield return name;
            }
        }
    }

    private static LeadPatch WithAddress(LeadPatch patch, JsonProperty property, FieldReading reading)
    {
        var isPhone = property.Name is Phone;
        if (property.Value.ValueKind is JsonValueKind.Null)
        {
            return isPhone ? patch with { SetsPhone = true, Phone = null } : patch with { SetsEmail = true, Email = null };
        }

        if (property.Value.ValueKind is not JsonValueKind.String)
        {
            reading.Refuse(property.Name, "must be text");
            return patch;
        }

        if (isPhone)
        {
            return PhoneOf(patch, property.Value.GetString(), reading);
        }

        if (EmailAddress.TryNormalise(property.Value.GetString(), out var email))
        {
            return patch with { SetsEmail = true, Email = email };
        }

        reading.Refuse(Email, "is not an e-mail address");
        return patch;
    }

    private static LeadPatch PhoneOf(LeadPatch patch, string? text, FieldReading reading)
    {
        if (PhoneNumber.TryNormalise(text, reading.Region, out var phone))
        {
            return patch with { SetsPhone = true, Phone = phone };
        }

        reading.RefusePhone();
        return patch;
    }
}
