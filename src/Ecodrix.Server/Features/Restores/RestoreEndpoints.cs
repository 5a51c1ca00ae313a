using Ecodrix.Channels;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Restores.Backups;
using Ecodrix.Server.Features.Restores.Epochs;
using Ecodrix.Server.Features.Restores.Holding;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Instances;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Features.Restores;

/// <summary>Backups, and what a restored server does not do by itself: read this file to know what the feature offers.</summary>
internal static class RestoreEndpoints
{
    public static void MapRestores(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapAdminRoutes().MapGroup("/api/admin").WithTags("Administration");
        admin.MapPost("/backup", MakeBackup.HandleAsync).WithSummary("Copy all database files, whole, into a folder of the server")
            .Fails(RestoreErrors.BackupRunning, RestoreErrors.NoFiles, RestoreErrors.FolderRefused);
        admin.MapGet("/hold", ShowHold.HandleAsync).WithSummary("Tell whether effects are held after a restore, and which");
        admin.MapPost("/release", ReleaseWork.HandleAsync).WithSummary("Release or skip what a hold keeps from leaving")
            .Fails(RestoreErrors.NothingHeld, TenantErrors.NoSuchClient);
    }

    /// <summary>To be added before the workers: a hold begins before they do.</summary>
    public static IServiceCollection AddRestores(this IServiceCollection services, Settings settings)
    {
        services.AddWireTypes(RestoresJson.Default);
        services.TryAddSingleton<IEpochMarks, ObjectMarks>();
        if (settings.StorageBucket is { } bucket)
        {
            services.AddS3Store(bucket);
        }
        else
        {
            services.AddFolderStore(settings.StorageFolder ?? FolderOf(settings));
        }

        services.AddSingleton<HoldDoor>();
        services.AddSingleton<EpochBook>();
        services.AddSingleton<BackupPlace>();
        services.AddHostedService<HoldStart>();
        services.AddRound<EpochBook>("epoch", EpochBook.Every, (epochs, token) => epochs.AdvanceAsync(beyond: null, token));
        return services;
    }

    private static string FolderOf(Settings settings) => settings.IsAlone
        ? Path.GetDirectoryName(settings.Database["sqlite:".Length..])!
        : Path.Combine(settings.ContentRoot, "data");
}
