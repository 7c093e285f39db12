namespace MaskUNet.Runtime;

/// <summary>One row of an ELF file's section table.</summary>
internal readonly record struct ElfSection(int Index, uint Type, int Offset, int Size, int Link);
