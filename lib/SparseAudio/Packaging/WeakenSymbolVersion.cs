using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF library and marks one entry of its table of needed symbol versions as weak.
/// libLibTorchSharp.so 0.107.0 was linked on a system with GCC 13's libstdc++ and therefore lists GLIBCXX_3.4.32, which Debian 12
/// (GCC 12) lacks, so the loader refuses the file. But it lists that version for std::ios_base_library_init alone, a symbol that
/// &lt;iostream&gt; of GCC 13 names to force a new enough libstdc++ and that no relocation uses. With VER_FLG_WEAK on the entry the
/// loader goes on when the version is missing; where it is there, nothing changes. All Linux machines get the same bytes.
/// The copy goes to a new file: the original may be a hard link into the package cache, which stays as it is.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const int RelocationsWithAddend = 4, NeededVersions = 0x6ffffffe, SymbolVersions = 0x6fffffff, Weak = 2;
    private byte[] _file;

    /// <summary>The library, 64-bit ELF.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>The copy, overwritten only when its bytes would differ.</summary>
    [Required]
    public string Destination { get; set; }

    /// <summary>The version's name, such as GLIBCXX_3.4.32.</summary>
    [Required]
    public string SymbolVersion { get; set; }

    /// <summary>Copies the library, with the entry weakened if that is safe.</summary>
    public override bool Execute()
    {
        _file = File.ReadAllBytes(Source);
        if (!Weaken(out var reason)) Log.LogMessage(MessageImportance.High, $"{Source}: {SymbolVersion} is left as it is: {reason}");
        if (File.Exists(Destination) && File.ReadAllBytes(Destination).SequenceEqual(_file)) return true;
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        File.WriteAllBytes(Destination + ".new", _file);
        File.Delete(Destination);
        File.Move(Destination + ".new", Destination);
        return true;
    }

    /// <summary>Sets the flag; the file's layout is that of elf.h: Elf64_Ehdr, Elf64_Shdr, Elf64_Verneed, Elf64_Vernaux, Elf64_Rela.</summary>
    private bool Weaken(out string reason)
    {
        reason = "it is no 64-bit little-endian ELF file";
        if (_file.Length < 64 || Number(0, 4) != 0x464c457f || _file[4] != 2 || _file[5] != 1) return false;
        var sections = Enumerable.Range(0, (int)Number(60, 2)).Select(index => new Section(this, (int)(Number(40, 8) + index * Number(58, 2)))).ToList();

        reason = "the file does not ask for it";
        var needed = sections.FirstOrDefault(section => section.Type == NeededVersions);
        var entry = needed == null ? -1 : FindEntry(needed, sections[needed.Link]);
        if (entry < 0) return false;

        reason = "a relocation uses a symbol of that version";
        var index = Number(entry + 6, 2);
        var versions = sections.First(section => section.Type == SymbolVersions);
        foreach (var relocations in sections.Where(section => section.Type == RelocationsWithAddend && section.Link == versions.Link))
            for (var at = relocations.Offset; at < relocations.Offset + relocations.Size; at += 24)
                if (Number(versions.Offset + 2 * (int)Number(at + 12, 4), 2) == index) return false;
        _file[entry + 4] |= Weak;
        return true;
    }

    private int FindEntry(Section needed, Section strings)
    {
        for (int library = needed.Offset, next = -1; next != 0; library += next)
        {
            next = (int)Number(library + 12, 4);
            for (int entry = library + (int)Number(library + 8, 4), step = -1; step != 0; entry += step)
            {
                step = (int)Number(entry + 12, 4);
                var name = strings.Offset + (int)Number(entry + 8, 4);
                if (Encoding.ASCII.GetString(_file, name, Array.IndexOf(_file, (byte)0, name) - name) == SymbolVersion) return entry;
            }
        }

        return -1;
    }

    private long Number(int offset, int bytes) => Enumerable.Range(0, bytes).Sum(index => (long)_file[offset + index] << (8 * index));

    private sealed class Section
    {
        public Section(WeakenSymbolVersion file, int header)
        {
            Type = (int)file.Number(header + 4, 4);
            Offset = (int)file.Number(header + 24, 8);
            Size = (int)file.Number(header + 32, 8);
            Link = (int)file.Number(header + 40, 4);
        }

        public int Type { get; }

        public int Offset { get; }

        public int Size { get; }

        public int Link { get; }
    }
}
