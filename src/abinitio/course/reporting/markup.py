"""Markdown, mathematics, code and terminal colours as HTML that needs no network and no JavaScript."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import Any

ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|split|align|eqnarray\*?|gathered|gather\*?)\}")
EQUATION = re.compile(r"\\(?:begin|end)\{equation\*?\}")
SPACED_OPERATOR = re.compile(r"\\operatorname\*?\{([^{}]*\\[,;: ][^{}]*)\}")
NORM = re.compile(r"(?<!\\left)(?<!\\right)(?<!igl)(?<!igr)\\[lr](Vert|vert)(?![A-Za-z])")
BAR = re.compile(r'<mo (fence="false" )?stretchy="false">&#x0(007C|2016);</mo>')
UPRIGHT_LETTER = re.compile(r"<mi>&#x000([4-7][0-9A-F]);</mi>")  # \mathrm{d}: the converter tells it only by this
UNKNOWN = re.compile(r">\\[A-Za-z]+\s*<|<m[io]>&(?:amp;)?</m[io]>")  # what the converter leaves where it is lost
VARIANT = re.compile(r'<mi mathvariant="(bold|bold-italic|script|double-struck)">([^<]*)</mi>')
UPRIGHT = re.compile(r'(?:<mi mathvariant="normal">[^<]+</mi>){2,}')
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
STYLES = {"script": "SCRIPT", "bold": "BOLD", "bold-italic": "BOLD ITALIC", "double-struck": "DOUBLE-STRUCK"}
EXCEPTIONS = {"SCRIPT CAPITAL": "BEFHILMR", "SCRIPT SMALL": "ego", "DOUBLE-STRUCK CAPITAL": "CHNPQRZ"}


def markdown_to_html(text: str) -> str:
    """The Markdown `text` as HTML, with $...$, $$...$$ and \\begin{align} mathematics, tables and raw HTML."""
    return _markdown(html=True).render(text)


def phrase_to_html(text: str) -> str:
    """A caption or a name, `text`: Markdown and mathematics within one line, in which < and & are just signs.

    >>> phrase_to_html("*slope* < 3")
    '<em>slope</em> &lt; 3'
    """
    return _markdown(html=False).renderInline(text)


def math_to_html(tex: str, display: bool) -> str:
    """MathML of the formula `tex`, in a line or for `display`; if a command is not known, the TeX, marked so."""
    from latex2mathml.converter import convert

    plain = EQUATION.sub("", ALIGNED.sub(r"\\\1{align*}", tex.strip()))
    plain = NORM.sub(lambda match: r"\|" if match[1] == "Vert" else "|", plain)
    plain = SPACED_OPERATOR.sub(r"\\mathrm{\1}", plain)
    braces = re.sub(r"\\[{}]", "", plain)
    if braces.count("{") != braces.count("}"):
        return _as_tex(tex, display)
    try:
        mathml = convert(plain, display="block" if display else "inline")
    except Exception:  # the converter raises many kinds; the reader sees the formula in TeX
        return _as_tex(tex, display)
    if UNKNOWN.search(html.unescape(mathml)) or UNKNOWN.search(mathml):
        return _as_tex(tex, display)
    mathml = BAR.sub(
        r'<mo stretchy="false" lspace="0" rspace="0">&#x0\2;</mo>', mathml
    )  # as brackets, not as relations
    mathml = UPRIGHT_LETTER.sub(r'<mi mathvariant="normal">&#x000\1;</mi>', mathml)
    return UPRIGHT.sub(_word, VARIANT.sub(_letter, mathml))


def code_to_html(source: str) -> str:
    """Python `source` with coloured syntax (classes of `highlight_css`)."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(cssclass="code"))


def highlight_css() -> str:
    """The colours of `code_to_html` in light and in dark."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default", nobackground=True).get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark", nobackground=True).get_style_defs(".code")
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


def without_ansi(text: str) -> str:
    """Terminal `text` without its colours and cursor moves; of a line that overwrote itself, what stood last.

    >>> without_ansi("\\x1b[31mred\\x1b[0m 10%\\r20%")
    '20%'
    """
    lines = ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


@lru_cache(maxsize=2)
def _markdown(html: bool) -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    return (
        MarkdownIt("commonmark", {"html": html})
        .enable(["table", "strikethrough"])
        .use(
            dollarmath_plugin,
            double_inline=True,
            renderer=lambda tex, options: math_to_html(tex, options["display_mode"]),
        )
        .use(amsmath_plugin, renderer=lambda tex: math_to_html(tex, True))
    )


def _as_tex(tex: str, display: bool) -> str:
    tag = "div" if display else "span"
    return f'<{tag} class="tex" title="shown as TeX"><code>{html.escape(tex.strip())}</code></{tag}>'


def _letter(match: re.Match[str]) -> str:
    """Browsers follow MathML Core, which knows no mathvariant but "normal": take Unicode's own letters."""
    variant, text = match.groups()
    letters = "".join(_styled(letter, STYLES.get(variant, "")) for letter in html.unescape(text))
    return f"<mi>{html.escape(letters)}</mi>"


def _word(match: re.Match[str]) -> str:
    """Upright letters in a row are one word, and an identifier of several letters is upright by itself."""
    return f"<mi>{re.sub('<[^>]*>', '', match[0])}</mi>"


def _styled(letter: str, style: str) -> str:
    name = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    case, _, base = name.partition(" ")
    if base in EXCEPTIONS.get(f"{style} {case}", ""):  # these stood in Unicode before the others
        name, prefix = f"{style} {case} {base}", ""
    else:
        name, prefix = f"{style} {case} {base}", "MATHEMATICAL "
    try:
        return unicodedata.lookup(prefix + name)
    except KeyError:
        return letter
