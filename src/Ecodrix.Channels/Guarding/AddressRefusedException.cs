namespace Ecodrix.Channels.Guarding;

/// <summary>A connection was not made because the name led to an address that must not be dialled. Seen inside this project only: channels answer it as a refusal.</summary>
public sealed class AddressRefusedException : IOException
{
    public AddressRefusedException()
    {
    }

    public AddressRefusedException(string message)
        : base(message)
    {
    }

    public AddressRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
