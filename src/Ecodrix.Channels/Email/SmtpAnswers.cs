using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Ecodrix.Channels.Email;

/// <summary>What a mail server's answer means (RFC 5321, 4.2.1): 4xx may go again, 5xx never, and a refused login stops the account.</summary>
internal static class SmtpAnswers
{
    public const string AuthenticationFailed = "AUTHENTICATION_FAILED";

    /// <summary>530 and 535 to 538 speak of the login, whichever command they answer.</summary>
    private static bool IsAboutLogin(int code) => code is 530 or (>= 534 and <= 538);

    public static DeliveryResult Decide(SmtpCommandException answer)
    {
        var code = (int)answer.StatusCode;
        if (IsAboutLogin(code))
        {
            return LoginRefused(code, answer.Message);
        }

        return code is >= 500
            ? new DeliveryResult.Refused(Text(code), Words(code, answer.Message))
            {
                Reach = answer.ErrorCode switch
                {
                    SmtpErrorCode.RecipientNotAccepted => RefusalReach.Recipient,
                    SmtpErrorCode.SenderNotAccepted => RefusalReach.Account,
                    _ => RefusalReach.Message,
                },
            }
            : new DeliveryResult.TryLater(Words(code, answer.Message)) { Code = Text(code) };
    }

    /// <summary>A login can be refused for now (454) or for good.</summary>
    public static DeliveryResult Decide(AuthenticationException refusal)
    {
        var answer = refusal.InnerException as SmtpCommandException;
        var code = answer is null ? 535 : (int)answer.StatusCode;
        return code is >= 400 and < 500
            ? new DeliveryResult.TryLater(Words(code, refusal.Message)) { Code = Text(code) }
            : LoginRefused(code, refusal.Message);
    }

    public static DeliveryResult.Refused LoginRefused(int code, string words) =>
        new(AuthenticationFailed, Words(code, words))
        {
            Reach = RefusalReach.Account,
            Hint = "Check the SMTP user and password; many providers want an app password.",
        };

    private static string Words(int code, string words)
    {
        const int Longest = 500;
        var said = words.StartsWith(Text(code), StringComparison.Ordinal) ? words : $"{code} {words}";
        return said.Length <= Longest ? said : said[..Longest];
    }

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
}
