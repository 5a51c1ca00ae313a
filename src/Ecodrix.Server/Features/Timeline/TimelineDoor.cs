using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Timeline;

/// <summary>Where other features tell what happened with a lead.</summary>
internal static class TimelineDoor
{
    /// <summary>Adds entries; one whose id is there already is not added again.</summary>
    public static Task AddAsync(ITenantDatabase database, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken) =>
        entries.Count == 0 ? Task.CompletedTask : database.Documents<TimelineEntry>().AddManyAsync(entries, cancellationToken);

    /// <summary>Adds a note and its place in the timeline, both under the note's id: adding it twice is adding it once.</summary>
    public static async Task AddNoteAsync(ITenantDatabase database, Note note, CancellationToken cancellationToken)
    {
        await database.Documents<Note>().TryAddAsync(note, cancellationToken);
        await AddAsync(database, [EntryOf(note)], cancellationToken);
    }

    private static TimelineEntry EntryOf(Note note) => new()
    {
        Id = note.Id,
        LeadId = note.LeadId,
        Kind = TimelineKind.Note,
        Type = "note_added",
        Title = "Note",
        Body = note.Content,
        Actor = note.Actor,
        At = note.CreatedAt,
        Data = new() { ["noteId"] = note.Id },
    };
}
