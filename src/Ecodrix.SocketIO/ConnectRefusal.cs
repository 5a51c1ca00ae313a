namespace Ecodrix.SocketIO;

/// <summary>Why a client may not join a namespace; it is told so and may try again on the same connection.</summary>
/// <param name="Message">The client's <c>error.message</c>.</param>
/// <param name="Detail">The client's <c>error.data</c>; left out when null.</param>
public sealed record ConnectRefusal(string Message, object? Detail = null);
