using System.Runtime.InteropServices;
using System.Text;

namespace SparseAudio.Training.Parallel;

/// <summary>
/// The calls of Open MPI that <see cref="MpiExchange"/> needs. Its handles (MPI_COMM_WORLD, MPI_FLOAT) are addresses of symbols that its library
/// exports, see <c>mpi.h</c>; those of MPICH are numbers, so its library is refused.
/// </summary>
internal static partial class OpenMpi
{
    private const string Library = "mpi";
    private const int FunneledThreads = 1;
    private const int AnySize = 1024;

    // In Open MPI this address stands for "the receive buffer is the send buffer".
    private const nint InPlace = 1;

    private static readonly string[] _names = ["libmpi.so.40", "libmpi.so.80", "libmpi.so", "libmpi.dylib"];
    private static nint _library;

    public static nint World => Symbol("ompi_mpi_comm_world");

    public static nint Float32 => Symbol("ompi_mpi_float");

    public static nint Float64 => Symbol("ompi_mpi_double");

    public static nint Byte => Symbol("ompi_mpi_byte");

    private static nint SumOperation => Symbol("ompi_mpi_op_sum");

    /// <summary>Loads the library.</summary>
    /// <exception cref="TrainingException">It is not there, or another MPI's.</exception>
    public static void Load()
    {
        if (_library != 0) return;
        if (!Array.Exists(_names, name => NativeLibrary.TryLoad(name, out _library)))
            throw new TrainingException("Open MPI's library libmpi.so is not found; install it (Debian: apt-get install openmpi-bin)");
        if (!NativeLibrary.TryGetExport(_library, "ompi_mpi_comm_world", out _))
            throw new TrainingException("the library libmpi.so found here is not Open MPI's; start the training with Open MPI's mpirun");
        NativeLibrary.SetDllImportResolver(typeof(OpenMpi).Assembly, (name, _, _) => name == Library ? _library : 0);
    }

    /// <summary>Begins; waits until all processes have begun.</summary>
    public static void Initialise()
    {
        Check(Init(0, 0, FunneledThreads, out _), "MPI_Init_thread");
        // An error is told by its number, instead of ending the process without a word of ours.
        Check(SetErrorHandler(World, Symbol("ompi_mpi_errors_return")), "MPI_Comm_set_errhandler");
    }

    public static void AllReduceSum(nint numbers, int count, nint type) =>
        Check(AllReduce(InPlace, numbers, count, type, SumOperation, World), "MPI_Allreduce");

    public static void Broadcast(nint bytes, int count) => Check(Broadcast(bytes, count, Byte, 0, World), "MPI_Bcast");

    public static void Send(nint bytes, int count, int to) => Check(Send(bytes, count, Byte, to, 0, World), "MPI_Send");

    public static void Receive(nint bytes, int count, int from) => Check(Receive(bytes, count, Byte, from, 0, World, 0), "MPI_Recv");

    /// <summary>Whether something has come from a process.</summary>
    public static bool HasCome(int from)
    {
        Check(Probe(from, 0, World, out var has, 0), "MPI_Iprobe");
        return has != 0;
    }

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    public static partial int Finish();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    public static partial int Abort(nint communicator, int code);

    private static nint Symbol(string name) => NativeLibrary.GetExport(_library, name);

    private static unsafe void Check(int code, string call)
    {
        if (code == 0) return;
        Span<byte> text = stackalloc byte[AnySize];
        var length = 0;
        fixed (byte* bytes = text)
        {
            if (ErrorText(code, (nint)bytes, out length) != 0) length = 0;
        }

        throw new TrainingException($"{call} failed: {Encoding.UTF8.GetString(text[..length])}; see that all processes are still running");
    }

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    private static partial int Init(nint argumentCount, nint arguments, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_set_errhandler")]
    private static partial int SetErrorHandler(nint communicator, nint handler);

    [LibraryImport(Library, EntryPoint = "MPI_Allreduce")]
    private static partial int AllReduce(nint send, nint receive, int count, nint type, nint operation, nint communicator);

    [LibraryImport(Library, EntryPoint = "MPI_Bcast")]
    private static partial int Broadcast(nint buffer, int count, nint type, int root, nint communicator);

    [LibraryImport(Library, EntryPoint = "MPI_Send")]
    private static partial int Send(nint buffer, int count, nint type, int to, int tag, nint communicator);

    [LibraryImport(Library, EntryPoint = "MPI_Recv")]
    private static partial int Receive(nint buffer, int count, nint type, int from, int tag, nint communicator, nint status);

    [LibraryImport(Library, EntryPoint = "MPI_Iprobe")]
    private static partial int Probe(int from, int tag, nint communicator, out int has, nint status);

    [LibraryImport(Library, EntryPoint = "MPI_Error_string")]
    private static partial int ErrorText(int code, nint text, out int length);
}
