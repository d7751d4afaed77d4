using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF library and marks one of the symbol versions it needs as weak, so that it loads where the version is missing.
/// libLibTorchSharp.so 0.107.0 lists GLIBCXX_3.4.32 of GCC 13, which Debian 12 lacks, but for std::ios_base_library_init alone:
/// a marker that GCC 13's iostream header names so that older systems refuse the file, and that no relocation uses. With
/// VER_FLG_WEAK on the entry in .gnu.version_r the loader goes on; where the version is there, nothing changes. The copy is a new
/// file, as the original may be a hard link into the package cache. https://github.com/dotnet/TorchSharp/issues/218 has the history.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const int RelocationsWithAddend = 4, Relocations = 9, NeededVersions = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const byte Weak = 2;
    private byte[] _file;

    /// <summary>The library, 64-bit little-endian ELF.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>The copy; a file that stands there is replaced, not written to.</summary>
    [Required]
    public string Destination { get; set; }

    /// <summary>The version's name, such as GLIBCXX_3.4.32.</summary>
    [Required]
    public string SymbolVersion { get; set; }

    /// <summary>Copies the library, with the version marked as weak if that is safe, and otherwise says why it is not.</summary>
    public override bool Execute()
    {
        _file = File.ReadAllBytes(Source);
        var reason = Weaken();
        if (reason != null) Log.LogMessage(MessageImportance.High, $"{Source} is left as it is: {reason}");
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var written = Destination + Path.GetRandomFileName();
        File.WriteAllBytes(written, _file);
        try
        {
            if (File.Exists(Destination)) File.Replace(written, Destination, null);
            else File.Move(written, Destination);
        }
        catch (IOException) when (File.Exists(Destination))
        {
            // Another project of the same build was first, with the same bytes.
            File.Delete(written);
        }

        return true;
    }

    /// <summary>Sets the flag and returns null, or returns why not. The file's parts are those of elf.h: Elf64_Ehdr, Elf64_Shdr and so on.</summary>
    private string Weaken()
    {
        try
        {
            if (_file.Length < 64 || Int32(0) != 0x464c457f || _file[4] != 2 || _file[5] != 1) return "it is not a 64-bit little-endian ELF file";
            var sections = Enumerable.Range(0, Int16(60)).Select(index => new Section(this, Offset(40) + index * Int16(58))).ToList();
            var entry = sections.Where(section => section.Type == NeededVersions)
                .SelectMany(section => Entries(section, sections[section.Link].Offset)).Cast<int?>().FirstOrDefault();
            if (entry == null) return $"it does not ask for {SymbolVersion}";

            var versions = sections.Single(section => section.Type == SymbolVersions);
            bool uses(int symbol) => (Int16(versions.Offset + 2 * symbol) & 0x7fff) == Int16(entry.Value + 6);
            if (sections.Where(section => section.Link == versions.Link).SelectMany(RelocatedSymbols).Any(uses))
                return $"a relocation uses a symbol of {SymbolVersion}";

            _file[entry.Value + 4] |= Weak;
            return null;
        }
        catch (Exception error) when (error is ArgumentException || error is OverflowException || error is InvalidOperationException)
        {
            return $"its sections cannot be read ({error.Message})";
        }
    }

    /// <summary>Where the entries for the version lie, at most one for each library that is needed.</summary>
    private IEnumerable<int> Entries(Section needed, int strings)
    {
        for (int index = 0, library = needed.Offset; index < needed.Info; index++, library += Int32(library + 12))
        {
            var count = Int16(library + 2);
            for (int version = 0, entry = library + Int32(library + 8); version < count; version++, entry += Int32(entry + 12))
            {
                var name = strings + Int32(entry + 8);
                if (Encoding.ASCII.GetString(_file, name, Array.IndexOf(_file, (byte)0, name) - name) == SymbolVersion) yield return entry;
            }
        }
    }

    private IEnumerable<int> RelocatedSymbols(Section section)
    {
        var size = section.Type == RelocationsWithAddend ? 24 : section.Type == Relocations ? 16 : 0;
        var count = size == 0 ? 0 : section.Size / size;
        return Enumerable.Range(0, count).Select(index => Int32(section.Offset + index * size + 12));
    }

    private int Int16(int at) => BitConverter.ToUInt16(_file, at);

    private int Int32(int at) => BitConverter.ToInt32(_file, at);

    private int Offset(int at) => checked((int)BitConverter.ToInt64(_file, at));

    private sealed class Section
    {
        public Section(WeakenSymbolVersion file, int header)
        {
            Type = file.Int32(header + 4);
            Offset = file.Offset(header + 24);
            Size = file.Offset(header + 32);
            Link = file.Int32(header + 40);
            Info = file.Int32(header + 44);
        }

        public int Type { get; }

        public int Offset { get; }

        public int Size { get; }

        public int Link { get; }

        public int Info { get; }
    }
}
