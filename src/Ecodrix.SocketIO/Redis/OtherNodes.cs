namespace Ecodrix.SocketIO.Redis;

/// <summary>Asks all other nodes of a namespace and waits until each has answered.</summary>
/// <param name="channel">Where requests go; whoever listens there answers.</param>
internal sealed class OtherNodes(RedisLink link, string channel, OpenQuestions open, TimeProvider clock, TimeSpan timeout)
{
    /// <param name="request">Writes the question under an id.</param>
    /// <exception cref="TimeoutException">A node did not answer in time, or Redis is out of reach.</exception>
    public async Task<IReadOnlyList<T>> AskAsync<T>(Func<string, byte[]> request, AnswersOfAll<T>.Reader read, CancellationToken cancellationToken)
    {
        var others = (await CountAsync(cancellationToken) ?? throw OutOfReach()) - 1;
        if (others <= 0)
        {
            return [];
        }

        var id = RedisChannels.NewId();
        var answers = new AnswersOfAll<T>(others, read);
        var isAsked = false;
        open.Add(id, answers);
        try
        {
            if (!link.Publish(channel, request(id)))
            {
                throw OutOfReach();
            }

            isAsked = true;
            return await answers.Task.WaitAsync(timeout, clock, cancellationToken);
        }
        catch (TimeoutException late) when (isAsked)
        {
            throw new TimeoutException($"Of {others} other nodes {answers.Count} answered within {timeout}.", late);
        }
        finally
        {
            open.Close(id);
        }
    }

    private async Task<int?> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await link.CountAsync(channel).WaitAsync(timeout, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static TimeoutException OutOfReach() => new("Redis is out of reach, so the other nodes cannot be asked.");
}
