using Ecodrix.Server.Http;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>Why a client's data cannot be kept at an address. None repeats the address.</summary>
internal static class SourceErrors
{
    public static readonly Error HasData = new(409, "CONFLICT", "The client has data where it is now.", "Move them along: ecodrix clients move <code> --to <uri>.");

    public static readonly Error IsMoving = new(409, "CONFLICT", "The client's data are being moved at this moment.", "Repeat the request when that is done.");

    public static readonly Error NotEmpty = new(409, "CONFLICT", "There are data at the address already.", "Name an empty database.");

    public static readonly Error NotTheSame = new(409, "CONFLICT", "The copy did not become the same as the original; the client stays where it is.", "Repeat the move: it goes on.");

    public static readonly Error Malformed = Errors.Unprocessable with { Message = "The address cannot be read, or names no database.", Hint = "Send mongodb://host/database or mongodb+srv://host/database." };

    public static readonly Error OtherKind = Errors.Unprocessable with { Message = "The address is not MongoDB's.", Hint = Malformed.Hint };

    public static readonly Error WrongCredentials = Errors.Unprocessable with { Message = "The server refuses the credentials of the address." };

    public static readonly Error ReadOnly = Errors.Unprocessable with { Message = "The database can be read and not written.", Hint = "Give the address's user the role readWrite on the database, and on the one of the same name with ~test behind it." };

    public static readonly Error Unreachable = Errors.Unprocessable with { Message = "No server answers at the address." };

    public static readonly Error IsServices = Errors.Unprocessable with { Message = "The address names the services database." };

    public static readonly Error AnotherOwner = Errors.Unprocessable with { Message = "The database belongs to another client." };

    public static Error Of(SourceProblem problem) => problem switch
    {
        SourceProblem.Malformed => Malformed,
        SourceProblem.OtherKind => OtherKind,
        SourceProblem.WrongCredentials => WrongCredentials,
        SourceProblem.ReadOnly => ReadOnly,
        SourceProblem.IsServices => IsServices,
        SourceProblem.AnotherOwner => AnotherOwner,
        _ => Unreachable,
    };
}
