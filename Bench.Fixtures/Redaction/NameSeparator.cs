namespace Bench.Fixtures.Redaction;

/// <summary>
/// What stands between a name and its value: <c>=</c>, <c>: </c>, <c>": "</c>, <c>\":\"</c>, <c>"] = "</c>, <c>', '</c>, <c>: str = "</c>,
/// <c>" value="</c>, <c>&gt;</c> and the like.
/// </summary>
/// <param name="Quote">How the value's quote goes on; null when it has none.</param>
/// <param name="IsPair">A comma: name and value are neighbours in a list.</param>
/// <param name="IsSpaced">An equals sign with blanks, and no quote: a line of a settings file, or code.</param>
/// <param name="IsTight">A colon alone: <c>https://token:value@host</c>.</param>
/// <param name="Plain">How a value without a quote goes on; null as a rule.</param>
internal readonly record struct NameSeparator(ValueTail? Quote, bool IsPair, bool IsSpaced, bool IsTight, ValueTail? Plain = null)
{
    private const int LongestBlank = 8;
    private const int LongestGap = 64;
    private const int LongestOperator = 3;
    private const int LongestType = 16;

    /// <summary>The value begins with a quote.</summary>
    public bool IsQuoted => Quote is not null;

    /// <summary>How the value goes on.</summary>
    public ValueTail Tail => Quote ?? Plain ?? (IsTight ? ByteClass.TokenInUrl : WideToken.Instance);

    /// <summary>Reads it, and the quote before the value.</summary>
    public static bool TryTake(ref RuleReader reader, in SecretName name, out NameSeparator separator)
    {
        separator = default;
        if (name.IsElement && (reader.Take('>') || reader.TakeExact("\\u003E"u8)))
        {
            var isData = TakeCharacterData(ref reader);
            separator = new NameSeparator(null, IsPair: false, IsSpaced: false, IsTight: false, isData ? ByteClass.CharacterData : ByteClass.Element);
            return !reader.IsAtMarker();
        }

        var isNameQuoted = TryTakeQuote(ref reader, out _);
        var isIndex = isNameQuoted && reader.Take(']');
        var blanks = reader.Skip(ByteClass.Blank, LongestBlank);
        var isPair = isNameQuoted && !isIndex && reader.Take(',');
        var isEquals = false;
        if (isPair)
        {
            isPair = !TakeValueKey(ref reader);
        }
        else if (!(isNameQuoted && blanks > 0 && reader.TakeAnyCase("value="u8)) && !TakeOperator(ref reader, out isEquals)
            && !(name.IsOption && blanks > 0 && !isNameQuoted))
        {
            return false;
        }

        blanks += reader.Skip(ByteClass.Blank, LongestBlank);
        if (!isNameQuoted && !isEquals && !isPair && TakeType(ref reader))
        {
            (isEquals, blanks) = (true, 1);
        }

        if (reader.IsAtMarker())
        {
            return false;
        }

        var needsQuote = false;
        if (!isPair && TakeContinuation(ref reader, out needsQuote))
        {
            blanks = 1;
        }

        reader.Take('[');
        var isQuoted = TakeLiteralQuote(ref reader, out var quote);
        if (needsQuote && !isQuoted)
        {
            return false;
        }

        separator = new NameSeparator(quote, isPair, IsSpaced: isEquals && blanks > 0 && !isQuoted, IsTight: !isEquals && blanks == 0 && !isQuoted);
        return (isQuoted || !isPair) && !(isQuoted && reader.IsAtMarker());
    }

    /// <summary>Reads what stands before a value on the next line: <c>= (</c>, <c>= \</c>, <c>: &gt;-</c>, or nothing.</summary>
    /// <param name="reader">Stands behind the operator and its blanks.</param>
    /// <param name="needsQuote">Nothing says that the line goes on: the value has to begin with a quote.</param>
    private static bool TakeContinuation(ref RuleReader reader, out bool needsQuote)
    {
        needsQuote = false;
        if (reader.Peek() is not ((byte)'(' or (byte)'\\' or (byte)'|' or (byte)'>' or (byte)'\r' or (byte)'\n'))
        {
            return false;
        }

        var start = reader.Position;
        var isOpened = reader.Take('(');
        var isSaid = !isOpened && (TakeLineSplice(ref reader) || TakeBlock(ref reader));
        var gap = reader.Position;
        reader.Skip(ByteClass.Space, LongestGap);
        if (isOpened || reader.Position > gap)
        {
            needsQuote = !isSaid;
            return true;
        }

        reader.Position = start;
        return false;
    }

    // The backslash at a line's end: of two before an n the second is that of the line break's own escape.
    private static bool TakeLineSplice(ref RuleReader reader)
    {
        var start = reader.Position;
        if (reader.Take('\\') && (reader.Peek() is (byte)'\r' or (byte)'\n' || reader.Take('\\')))
        {
            return true;
        }

        reader.Position = start;
        return false;
    }

    private static bool TakeBlock(ref RuleReader reader)
    {
        if (!reader.Take('|') && !reader.Take('>') && !reader.TakeExact("\\u003E"u8))
        {
            return false;
        }

        if (!reader.Take('-'))
        {
            reader.Take('+');
        }

        return true;
    }

    private static bool TakeCharacterData(ref RuleReader reader)
    {
        var start = reader.Position;
        reader.Skip(ByteClass.Space, LongestGap);
        if ((reader.Take('<') || reader.TakeExact("\\u003C"u8)) && reader.TakeExact("![CDATA["u8))
        {
            return true;
        }

        reader.Position = start;
        return false;
    }

    /// <summary>Reads the key of the value in <c>{"name": "API_KEY", "value": "…"}</c>.</summary>
    private static bool TakeValueKey(ref RuleReader reader)
    {
        reader.Skip(ByteClass.Space, LongestBlank);
        var start = reader.Position;
        if (TryTakeQuote(ref reader, out _) && reader.TakeAnyCase("value"u8) && TryTakeQuote(ref reader, out _)
            && reader.Skip(ByteClass.Blank, LongestBlank) >= 0 && reader.Take(':'))
        {
            return true;
        }

        reader.Position = start;
        return false;
    }

    /// <summary>Reads <c>=</c>, <c>:</c>, <c>:=</c>, <c>==</c>, <c>?=</c>, <c>||=</c>, <c>=&gt;</c>; not <c>::</c>.</summary>
    private static bool TakeOperator(ref RuleReader reader, out bool isEquals)
    {
        isEquals = false;
        var colons = 0;
        for (var i = 0; i < LongestOperator; i++)
        {
            if (reader.Take('='))
            {
                isEquals = true;
            }
            else if (reader.Take(':'))
            {
                colons++;
            }
            else if (isEquals || !(reader.Take('?') || reader.Take('|') || reader.Take('+')))
            {
                break;
            }
        }

        reader.Take('>');
        return isEquals || colons == 1;
    }

    /// <summary>Reads a type and an equals sign: <c>token: string = "…"</c>.</summary>
    private static bool TakeType(ref RuleReader reader)
    {
        var start = reader.Position;
        if (reader.Skip(ByteClass.Letters, LongestType) > 0 && reader.Skip(ByteClass.Blank, LongestBlank) > 0 && reader.Take('='))
        {
            reader.Skip(ByteClass.Blank, LongestBlank);
            return true;
        }

        reader.Position = start;
        return false;
    }

    /// <summary>Reads a quote, and a letter before it as in <c>b"…"</c> or <c>@"…"</c>.</summary>
    private static bool TakeLiteralQuote(ref RuleReader reader, out ValueTail? quote)
    {
        var start = reader.Position;
        if (reader.Peek() is (byte)'b' or (byte)'r' or (byte)'u' or (byte)'f' or (byte)'@')
        {
            reader.Position++;
        }

        if (TryTakeQuote(ref reader, out quote))
        {
            return true;
        }

        reader.Position = start;
        return false;
    }

    /// <summary>Reads a quote with the backslashes of nested JSON before it; nothing when there is none.</summary>
    public static bool TryTakeQuote(ref RuleReader reader, out ValueTail? quote)
    {
        const int mostBackslashes = 8;
        var start = reader.Position;
        var count = 0;
        while (count < mostBackslashes && reader.Take('\\'))
        {
            count++;
        }

        var sign = reader.Peek();
        if (sign is (byte)'"' or (byte)'\'' or (byte)'`')
        {
            reader.Position++;
            quote = QuotedTail.After(sign, count);
            return true;
        }

        quote = count == 0 ? null
            : reader.TakeExact("u0022"u8) ? EscapedQuoteTail.After("u0022"u8, count)
            : reader.TakeExact("u0027"u8) ? EscapedQuoteTail.After("u0027"u8, count) : null;
        reader.Position = quote is null ? start : reader.Position;
        return quote is not null;
    }
}
