using static TorchSharp.torch;

namespace SparseAudio.Models.Published;

/// <summary>
/// Which frames of which resonances are audible before the segment ends. An event in frame t of the grid is cut off after
/// the rest of the segment, so about half of all resonance samples need never be computed, and none after the event has
/// faded away. Rows are the events of the whole batch; "hops" are half windows, of which resonances are first computed group by group,
/// longest rows first.
/// </summary>
internal sealed class AudibleFrames
{
    private const int HopsPerGroup = 8;
    private readonly List<int> rowsPerGroup = [];
    private readonly List<long> halves = [];
    private readonly List<long> controls = [];
    private readonly List<long> targets = [];

    /// <summary>Works out the lists.</summary>
    /// <param name="starts">For each row its frame on the grid, 0…gridFrames - 1.</param>
    /// <param name="gridFrames">Frames of the grid until nothing is heard any more: the segment's, or more.</param>
    /// <param name="perHop">Frames of the grid in half a window.</param>
    /// <param name="hops">Half windows in a resonance.</param>
    /// <param name="fading">For each row the frames until it has faded away; null: none fades.</param>
    public AudibleFrames(long[] starts, int gridFrames, int perHop, int hops, int[]? fading = null)
    {
        Hops = hops;
        GroupHops = Math.Min(HopsPerGroup, hops);
        var heard = Array.ConvertAll(starts, start => (gridFrames - (int)start + perHop - 1) / perHop);
        for (var row = 0; row < heard.Length; row++) heard[row] = Math.Min(heard[row], fading?[row] ?? hops);
        var order = Enumerable.Range(0, starts.Length).OrderByDescending(row => heard[row]).ToArray();
        Order = Array.ConvertAll(order, row => (long)row);

        // The last frame of a row reaches one hop further than the frames that are heard.
        var groupStart = new List<long>();
        var total = 0L;
        for (var hop = 0; hop < hops && heard[order[0]] + 1 > hop; hop += GroupHops)
        {
            var rows = order.Count(row => heard[row] + 1 > hop);
            rowsPerGroup.Add(rows);
            groupStart.Add(total);
            total += (long)rows * GroupHops;
        }
        for (var rank = 0; rank < order.Length; rank++)
        {
            var row = order[rank];
            for (var frame = 0; frame < heard[row]; frame++)
            {
                halves.Add(Packed(rank, frame));
                halves.Add(frame + 1 < hops ? Packed(rank, frame + 1) : total);
                controls.Add((long)row * hops + frame);
                for (var part = 0; part < 2 * perHop; part++)
                {
                    var cell = starts[row] + frame * perHop + part;
                    targets.Add(cell < gridFrames ? (long)row * gridFrames + cell : (long)starts.Length * gridFrames);
                }
            }
        }

        long Packed(int rank, int hop) => groupStart[hop / GroupHops] + (long)rank * GroupHops + hop % GroupHops;
    }

    /// <summary>Half windows in a resonance.</summary>
    public int Hops { get; }

    /// <summary>Half windows that are computed at a time.</summary>
    public int GroupHops { get; }

    /// <summary>The rows, those heard longest first.</summary>
    public long[] Order { get; }

    /// <summary>For each group of hops, how many of the ordered rows are still heard.</summary>
    public IReadOnlyList<int> RowsPerGroup => rowsPerGroup;

    /// <summary>
    /// For each heard frame, where its first and its second half lie among the packed hops; one past the last hop means
    /// silence.
    /// </summary>
    public Tensor Halves(Device device) => Index(halves, device);

    /// <summary>For each heard frame, its place among all rows' frames: row * Hops + frame.</summary>
    public Tensor Controls(Device device) => Index(controls, device);

    /// <summary>
    /// For each grid-sized part of each heard frame, the cell row * gridFrames + frame where it sounds; one past the
    /// last cell means: beyond the end.
    /// </summary>
    public Tensor Targets(Device device) => Index(targets, device);

    private static Tensor Index(List<long> values, Device device) => tensor(values.ToArray(), device: device);
}
