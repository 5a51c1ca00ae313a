using Ecodrix.Server;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Http;

try
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = SettingsReader.Read(builder.Configuration, builder.Environment);

    builder.WebHost.UseListening(settings);
    builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System);
    builder.Services.AddHttpConventions();
    builder.Services.AddFeatures(settings);

    await using var app = builder.Build();
    app.UseHttpConventions();
    app.MapFeatures();
    await app.RunAsync();
    return 0;
}
catch (WrongSettingException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 1;
}
