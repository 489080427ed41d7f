namespace Bench.Fixtures.Records;

/// <summary>Which file a record's bytes are in.</summary>
internal enum RecordSource : byte
{
    /// <summary><c>raw/journal.ndjson</c>.</summary>
    Journal,

    /// <summary>The spool of compacted <c>raw/&lt;job&gt;.json</c> documents.</summary>
    Spool,
}

/// <summary>Whose record is where. A fixed number of bytes per record: the records themselves stay on disk.</summary>
internal readonly record struct RecordEntry(RecordIdentity Identity, RecordSource Source, long Offset, int Length);

/// <summary>The records of a run, by identity.</summary>
internal sealed class RecordIndex(NameTable names)
{
    private readonly List<RecordEntry> entries = [];
    private RecordEntry[] sorted = [];
    private int[] ranks = [];

    /// <summary>The names that identities are numbered by.</summary>
    public NameTable Names => names;

    /// <summary>As added, until <see cref="Sort"/>.</summary>
    public int Count => entries.Count;

    /// <summary>Sum of the job ids' fingerprints.</summary>
    public ulong JobIdSum { get; private set; }

    /// <summary>By workflow, prompt and trial (names ordinally), then by job id; of one job in the order in which they were added.</summary>
    public ReadOnlySpan<RecordEntry> Sorted => sorted;

    /// <summary>Adds a record.</summary>
    public void Add(in RecordEntry entry)
    {
        entries.Add(entry);
        JobIdSum += entry.Identity.JobIdFingerprint;
    }

    /// <summary>Adds the records of another index, whose names are numbered in another way.</summary>
    public void AddAll(RecordIndex other)
    {
        var numbers = new int[other.Names.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = names.Add(other.Names[i]);
        }

        entries.EnsureCapacity(entries.Count + other.entries.Count);
        foreach (var entry in other.entries)
        {
            var identity = entry.Identity;
            Add(entry with
            {
                Identity = identity with
                {
                    WorkflowId = numbers[identity.WorkflowId],
                    PromptId = numbers[identity.PromptId],
                    UnusualJobId = identity.HasUsualJobId ? RecordIdentity.UsualJobId : numbers[identity.UnusualJobId],
                },
            });
        }
    }

    /// <summary>Sorts what was added; does nothing when nothing was added since.</summary>
    public void Sort()
    {
        if (sorted.Length == entries.Count && ranks.Length == names.Count)
        {
            return;
        }

        ranks = names.Ranks();
        var order = new Place[entries.Count];
        for (var place = 0; place < order.Length; place++)
        {
            var (lane, job) = KeyOf(entries[place].Identity);
            order[place] = new Place(lane, job, place);
        }

        Array.Sort(order);
        sorted = new RecordEntry[order.Length];
        for (var place = 0; place < order.Length; place++)
        {
            sorted[place] = entries[order[place].Number];
        }
    }

    /// <summary>Offsets in the journal of the records that a later record of the same job replaces. <see cref="Sort"/> comes first.</summary>
    public HashSet<long> SupersededOffsets()
    {
        HashSet<long> offsets = [];
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Identity == sorted[i - 1].Identity)
            {
                offsets.Add(sorted[i - 1].Offset);
            }
        }

        return offsets;
    }

    /// <summary>The place in <see cref="Sorted"/> of a job's record; negative when it has none.</summary>
    public int Find(ReadOnlySpan<byte> jobId, ReadOnlySpan<byte> workflowId, ReadOnlySpan<byte> promptId, int trial)
    {
        var room = workflowId.Length + promptId.Length + RecordIdentity.UsualJobIdOverhead;
        var usual = room <= 512 ? stackalloc byte[512] : new byte[room];
        var isUsual = jobId.SequenceEqual(usual[..RecordIdentity.WriteUsualJobId(workflowId, promptId, trial, usual)]);
        var (workflow, prompt, unusual) = (names.Find(workflowId), names.Find(promptId), isUsual ? RecordIdentity.UsualJobId : names.Find(jobId));
        if (workflow < 0 || prompt < 0 || (!isUsual && unusual < 0))
        {
            return -1;
        }

        return BinarySearch(KeyOf(new RecordIdentity(workflow, prompt, trial, unusual, 0)));
    }

    /// <summary>The job id of a record.</summary>
    public string JobIdOf(in RecordEntry entry) => entry.Identity.HasUsualJobId
        ? Planning.Job.IdOf(names[entry.Identity.WorkflowId], names[entry.Identity.PromptId], entry.Identity.Trial)
        : names[entry.Identity.UnusualJobId];

    /// <summary>The prompt of a record.</summary>
    public string PromptIdOf(in RecordEntry entry) => names[entry.Identity.PromptId];

    private int BinarySearch((long Lane, long Job) key)
    {
        var (low, high) = (0, sorted.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var compared = KeyOf(sorted[middle].Identity).CompareTo(key);
            if (compared == 0)
            {
                return middle;
            }

            (low, high) = compared < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Where a record goes. Compared field by field: a tuple's comparison takes several times as long.</summary>
    private readonly record struct Place(long Lane, long Job, int Number) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            Lane != other.Lane ? Lane.CompareTo(other.Lane) : Job != other.Job ? Job.CompareTo(other.Job) : Number.CompareTo(other.Number);
    }

    private (long Lane, long Job) KeyOf(in RecordIdentity identity) => (
        ((long)ranks[identity.WorkflowId] << 32) | (uint)ranks[identity.PromptId],
        ((long)identity.Trial << 32) | (uint)(identity.HasUsualJobId ? 0 : ranks[identity.UnusualJobId] + 1));
}
