using Ecodrix.Server.Commands;

return await CommandLine.RunAsync(args, CommandOutput.Process);
