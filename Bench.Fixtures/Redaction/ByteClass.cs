using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>A set of bytes that a secret's value may consist of; JSON escapes of its members count as members.</summary>
internal sealed class ByteClass : ValueTail
{
    /// <summary>Escapes nest (JSON in JSON in JSON): at most this many backslashes belong to one.</summary>
    private const int MaxBackslashes = 8;

    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly SearchValues<byte> members;

    private ByteClass(string members)
    {
        this.members = SearchValues.Create(Encoding.ASCII.GetBytes(members));
    }

    /// <summary>Letters and digits.</summary>
    public static ByteClass Letters { get; } = new(Alphanumeric);

    /// <summary>Letters, digits, underscore and hyphen: prefixed keys and base64url.</summary>
    public static ByteClass Word { get; } = new(Alphanumeric + "_-");

    /// <summary>The rest of a JWT: base64url with dots.</summary>
    public static ByteClass Dotted { get; } = new(Alphanumeric + "_-.");

    /// <summary>Base64 without line breaks.</summary>
    public static ByteClass Base64 { get; } = new(Alphanumeric + "+/=");

    /// <summary>The body of a private key: base64 with line breaks.</summary>
    public static ByteClass KeyBody { get; } = new(Alphanumeric + "+/= \t\r\n");

    /// <summary>A header line inside a private key block.</summary>
    public static ByteClass KeyHeader { get; } = new(Alphanumeric + " :;,.()/<>@_-+=");

    /// <summary>The label of a PEM block.</summary>
    public static ByteClass KeyLabel { get; } = new("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");

    /// <summary>White space, line breaks included.</summary>
    public static ByteClass Space { get; } = new(" \t\r\n");

    /// <summary>White space within a line.</summary>
    public static ByteClass Blank { get; } = new(" \t");

    /// <summary>What may stand between <c>://</c> and the path of a URL.</summary>
    public static ByteClass Authority { get; } = new(Alphanumeric + "_.~+=%:@!$^*&;-");

    /// <summary>Base64 and base64url, padded.</summary>
    public static ByteClass WordBase64 { get; } = new(Alphanumeric + "_-+/=");

    /// <summary>The rest of a URL.</summary>
    public static ByteClass UrlRest { get; } = new(Alphanumeric + "_.~+/=%:@!$?&-");

    /// <summary>A name of a setting, a variable, an option.</summary>
    public static ByteClass Name { get; } = new(Alphanumeric + "_.-");

    /// <summary>A key or token after its name. Brackets, quotes and separators end it, so that a redaction marker is never part of a value.</summary>
    public static ByteClass Token { get; } = new(Alphanumeric + "_.~+/=%:@!$^#?-");

    /// <summary>The same without the sign that ends the credentials of a URL.</summary>
    public static ByteClass TokenInUrl { get; } = new(Alphanumeric + "_.~+/=%:!$^#?-");

    /// <summary>The text of an XML element.</summary>
    public static ByteClass Element { get; } = new(Alphanumeric + "_.~+/=%:@!$^#?-&*;,(){}|'`");

    /// <summary>What stands in <c>&lt;![CDATA[…]]&gt;</c>.</summary>
    public static ByteClass CharacterData { get; } = new(Alphanumeric + "_.~+/=%:@!$^#?-&*;,(){}|'`<>");

    /// <summary>The value of a cookie.</summary>
    public static ByteClass Cookie { get; } = new(Alphanumeric + "_.~+/=%:@!$^#?-&*|");

    /// <summary>The rest of a header with cookies.</summary>
    public static ByteClass Cookies { get; } = new(Alphanumeric + "_.~+/=%:@!$^#?-&*|; ");

    /// <summary>The user's name before a password.</summary>
    public static ByteClass User { get; } = new(Alphanumeric + "_.~+@%-");

    /// <summary>Whether the byte belongs to the class.</summary>
    public bool Contains(byte value) => members.Contains(value);

    /// <summary>How many bytes at the end of a text belong to the class, at most <paramref name="limit"/>.</summary>
    public int LengthAtEnd(ReadOnlySpan<byte> text, int limit)
    {
        var least = Math.Max(0, text.Length - limit);
        return text.Length - 1 - Math.Max(text[least..].LastIndexOfAnyExcept(members) + least, least - 1);
    }

    public override int End(ReadOnlySpan<byte> window, int from, bool isFinal, out ValueTail? next)
    {
        var end = RunEnd(window, from, isFinal, out var isOpen);
        next = isOpen ? this : null;
        return end;
    }

    /// <summary>Where the run of members that begins at <paramref name="from"/> ends.</summary>
    /// <param name="window">The bytes known so far.</param>
    /// <param name="from">Start of the run; the run may be empty.</param>
    /// <param name="isFinal">No bytes follow the window.</param>
    /// <param name="isOpen">Bytes after the window may belong to the run too.</param>
    public int RunEnd(ReadOnlySpan<byte> window, int from, bool isFinal, out bool isOpen)
    {
        var at = from;
        while (true)
        {
            var stop = window[at..].IndexOfAnyExcept(members);
            if (stop < 0)
            {
                isOpen = !isFinal;
                return window.Length;
            }

            at += stop;
            var escape = EscapeLength(window[at..], isFinal, out isOpen);
            if (escape == 0)
            {
                return at;
            }

            at += escape;
        }
    }

    /// <summary>Length of the escape at the start, if it stands for a member; else 0.</summary>
    private int EscapeLength(ReadOnlySpan<byte> text, bool isFinal, out bool isOpen)
    {
        isOpen = false;
        var slashes = 0;
        while (slashes < text.Length && slashes <= MaxBackslashes && text[slashes] == (byte)'\\')
        {
            slashes++;
        }

        if (slashes is 0 or > MaxBackslashes)
        {
            return 0;
        }

        if (slashes == text.Length)
        {
            isOpen = !isFinal;
            return 0;
        }

        return text[slashes] switch
        {
            (byte)'n' => Members('\n', slashes + 1),
            (byte)'r' => Members('\r', slashes + 1),
            (byte)'t' => Members('\t', slashes + 1),
            (byte)'/' => Members('/', slashes + 1),
            (byte)'u' => Unicode(text, slashes + 1, isFinal, out isOpen),
            _ => 0,
        };
    }

    private int Unicode(ReadOnlySpan<byte> text, int digits, bool isFinal, out bool isOpen)
    {
        isOpen = false;
        if (text.Length < digits + 4)
        {
            isOpen = !isFinal && IsHex(text[digits..]);
            return 0;
        }

        var hex = text.Slice(digits, 4);
        return IsHex(hex) && Utf8Parser.TryParse(hex, out ushort code, out _, 'x') ? Members((char)code, digits + 4) : 0;
    }

    private int Members(char decoded, int length) => decoded < 128 && members.Contains((byte)decoded) ? length : 0;

    private static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (var value in text)
        {
            if (!char.IsAsciiHexDigit((char)value))
            {
                return false;
            }
        }

        return true;
    }
}
