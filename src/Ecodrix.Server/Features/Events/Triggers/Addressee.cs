using Ecodrix.Server.Contacts;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>What a trigger is called and whom it is about.</summary>
/// <param name="Phone">E.164.</param>
/// <param name="Email">In lower case.</param>
internal sealed record Addressee(string Trigger, string? Phone, string? Email, string? LeadId)
{
    private const int LongestTrigger = 100;

    private const int LongestText = 1_000;

    /// <returns>Null with no refusal when a field is of the wrong type: then it is noted among the fields' errors.</returns>
    public static (Addressee? Addressee, Failure? Refusal) Read(FieldReader fields, string region)
    {
        var trigger = fields.Raw("trigger", LongestText);
        var phone = fields.Text("phone", LongestText);
        var email = fields.Text("email", LongestText);
        var leadId = fields.Text("leadId", LongestText);
        return fields.AnyRefused ? (null, null)
            : trigger is null ? Refuse(fields, EventErrors.MissingTrigger, "trigger", "is required")
            : phone is null && email is null && leadId is null ? Refuse(fields, EventErrors.MissingAddressee, "phone", "or email or leadId is required")
            : Check(fields, new Addressee(trigger, phone, email, leadId), region);
    }

    private static (Addressee? Addressee, Failure? Refusal) Check(FieldReader fields, Addressee given, string region)
    {
        var (trigger, phone, email, leadId) = given;

        if (trigger.Length > LongestTrigger || trigger.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            return Refuse(fields, EventErrors.InvalidTrigger, "trigger", "must have 1 to 100 characters and no white space");
        }

        if (leadId is not null && !DocumentId.IsValid(leadId))
        {
            return Refuse(fields, Errors.InvalidId, "leadId", "must have 24 lower-case hexadecimal digits");
        }

        if (phone is not null && !PhoneNumber.TryNormalise(phone, region, out phone))
        {
            return Refuse(fields, EventErrors.InvalidPhone, "phone", "is not a possible phone number");
        }

        return email is not null && !EmailAddress.TryNormalise(email, out email)
            ? Refuse(fields, Errors.Validation with { Message = "The e-mail address is not valid." }, "email", "is not an e-mail address")
            : (new Addressee(trigger, phone, email, leadId), null);
    }

    private static (Addressee? Addressee, Failure? Refusal) Refuse(FieldReader fields, Error error, string field, string message) =>
        (null, new Failure(error, new ValidationErrors(fields.PathOf(field), message)));
}
