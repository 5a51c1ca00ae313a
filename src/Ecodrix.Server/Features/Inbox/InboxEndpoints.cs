using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Inbox.Live;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Intake;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>The inbox routes: read this file to know what the feature offers.</summary>
internal static class InboxEndpoints
{
    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        var chat = routes.MapTenantRoutes().MapGroup("/api/saas/chat").WithTags("Inbox").Needs(KeyScope.Messages);

        chat.MapPost("/send", SendMessage.HandleAsync).TakesInWork().WithIdempotency().WithSummary("Queue a WhatsApp message")
            .Fails(InboxErrors.WindowClosed, InboxErrors.TemplateInvalid, InboxErrors.NotConfigured, InboxErrors.InvalidPhone, InboxErrors.ConversationNotFound);
    }

    public static IServiceCollection AddInbox(this IServiceCollection services) => services
        .AddWireTypes(InboxJson.Default)
        .AddTenantDocuments<Message>()
        .AddTenantDocuments<Conversation>()
        .AddTenantDocuments<EarlyStatus>()
        .AddSingleton<WhatsAppChannel>()
        .AddSingleton<WhatsAppRecipients>()
        .AddSingleton<ConversationBook>()
        .AddSingleton<SandboxPlay>()
        .AddSingleton<MessageNews>()
        .AddSingleton<MessageBook>()
        .AddSingleton<MessageDrafting>()
        .AddSingleton<TemplateFitting>()
        .AddSingleton<StatusDoor>()
        .AddSingleton<IEffectRecord, MessageResolution>()
        .AddSingleton<IWorkHandler, MessageJob>()
        .AddSingleton<IStepHandler, SendWhatsAppStep>();
}
