using System.Runtime.InteropServices;
using System.Text;

namespace Bench.Fixtures.Processes;

/// <summary>A null-terminated array of null-terminated UTF-8 strings in one block of native memory, as argv and envp want it.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private void* block;

    internal NativeStrings(IReadOnlyList<string> strings)
    {
        var pointerBytes = (strings.Count + 1) * sizeof(byte*);
        var textBytes = 0;
        foreach (var text in strings)
        {
            textBytes += Encoding.UTF8.GetByteCount(text) + 1;
        }

        block = NativeMemory.Alloc((nuint)(pointerBytes + textBytes));
        Fill(strings, (byte*)block + pointerBytes, textBytes);
    }

    /// <summary>The array.</summary>
    internal byte** Pointer => (byte**)block;

    public void Dispose()
    {
        NativeMemory.Free(block);
        block = null;
    }

    private void Fill(IReadOnlyList<string> strings, byte* next, int left)
    {
        for (var index = 0; index < strings.Count; index++)
        {
            Pointer[index] = next;
            var written = Encoding.UTF8.GetBytes(strings[index], new Span<byte>(next, left));
            next[written] = 0;
            next += written + 1;
            left -= written + 1;
        }

        Pointer[strings.Count] = null;
    }
}
