// Texts that would become links, pictures, HTML, formulas or blocks in Markdown if they were printed as they are.

/** Pseudo-random numbers that are the same in every run: next(below) gives 0 to below - 1. */
export function seededRandom(seed) {
  let state = BigInt(seed);
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(below));
  };
}

const address = "https://evil.example.com/x.png";

/** One construct each. */
const constructs = [
  // Pictures and links in every form.
  `![x](${address})`, `[x](${address})`, `![](${address})`, `[x](<${address}>)`, `[x](${address} "title")`, `[x](${address} 'title')`,
  `[x](${address} (title))`, `[![x](${address})](${address})`, `![![x](${address})](${address})`, `[x][ref]`, `![x][ref]`, `[ref][]`, `[ref]`,
  `[ref]: ${address}`, `[x][ref]\n\n[ref]: ${address}`, `[ref]: <${address}> "t"\n[ref]`, `![ref]\n\n[ref]: ${address}`, `[a\nb](${address})`,
  `[x](\n${address}\n)`, `[x]( ${address} )`, `![x](data:image/png;base64,iVBORw0KGgo=)`, `[x](javascript:alert(1))`, `![x](javascript:alert(1))`,
  `[x](JaVaScRiPt:alert(1))`, `[x](java&#115;cript:alert(1))`, `[x](java\nscript:alert(1))`, `[x](vbscript:x)`, `[x](data:text/html,<script>alert(1)</script>)`,
  `[x](file:///etc/passwd)`, `[x](//evil.example.com)`, `[x](/image-proxy?url=x)`, `[x](#top)`, `[x]()`, `![]()`, `[]()`, `[x](<>)`, `[x]( )`,
  `)![x](${address}`, `](${address})`, `a](${address}) ![b`, `![a](${address}`, `![a](${address} "`, `[[[x](${address})]]`, `[x] (${address})`,
  `\\![x](${address})`, `\\\\![x](${address})`, `\\\\\\![x](${address})`, `!\\[x](${address})`, `!\\\\[x](${address})`, `![x\\](${address})`, `![x\\\\](${address})`,
  `![x]\\(${address})`, `[x\\\\](${address})`, `\\`, `\\\\`, `a\\`, `a\\\nb`, `\\\n![x](${address})`, `\\&lt;`, `\\<b>`, `\\*a*`, `\\\`a\``,
  // Addresses that renderers make links of by themselves.
  `<${address}>`, `<mailto:a@evil.example.com>`, `<a@evil.example.com>`, `<javascript:alert(1)>`, `<ftp://evil.example.com>`, `<x:y>`, address,
  `see ${address}, then`, `(${address})`, `"${address}"`, `*${address}*`, `HTTPS://EVIL.EXAMPLE.COM`, `hTTp://evil.example.com`, `http://1.2.3.4/x`,
  `https://[::1]/`, `http://localhost:8080/`, `https://user:pw@evil.example.com/`, `https://пример.рф/`, `https://例え.jp/`, `https:///evil.example.com`,
  `https:/evil.example.com`, `http:evil.example.com`, `ftp://evil.example.com/x`, `//evil.example.com`, `//evil.com/x`, `://evil.com`, `x//evil.com`, `///evil.com`,
  `(//evil.com)`, `/ /evil.com`, `a: //evil.com`, `www.evil.example.com`, `WWW.evil.com`, `wWw.EVIL.com/x?y=z`, `www..evil.com`, `(www.evil.com)`, `_www.evil.com_`,
  `www.1.com`, `www.evil.com.`, `evil.com`, `evil.com/x.png`, `go to evil.com now`, `evil.com:8080`, `sub.evil.org?x`, `a.b.c.d.com`, `пример.рф`, `xn--e1afmkfd.com`,
  `1.com`, `a-b.com`, `evil.com#x`, `"evil.com"`, `evil.shop`, `evil.museum`, `a@evil.com`, `a.b+c@evil.example.com`, `mailto:a@evil.com`, `MAILTO:a@evil.com?x=y`,
  `xmpp:a@evil.com`, `xmpp:a@evil.com/x`, `a@b@evil.com`, `@evil`, `a @evil.com`, `tel:+123`, `magnet:?xt=urn:x`, `ssh://evil.com`, `ipfs://evil`, `ws://evil.com`,
  `view-source:${address}`, `blob:${address}`, `http://evil.com)(http://evil.com`, `http://evil.com<b>`, `http\\://evil.com`, `http:\\//evil.com`, `http&colon;//evil.com`,
  `http:&#47;/evil.com`, `www&period;evil.com`, `a&commat;evil.com`, `javascript:alert(1)`, `JAVASCRIPT:alert(1)`, `data:text/html,x`,
  // HTML.
  "<b>", "</b>", "<b>x</b>", "<br>", "<br/>", "<img src=x>", `<img src="${address}">`, "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<SCRIPT SRC=//evil.com>",
  "<svg onload=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//evil.com></iframe>", "<style>*{display:none}</style>", "<a href=//evil.com>x</a>", "<a\nhref=x>", "<details open ontoggle=alert(1)>",
  "<math><mi//xlink:href=\"x\">", "<input autofocus onfocus=alert(1)>", "<form action=//evil.com>", "<base href=//evil.com>", "<meta http-equiv=refresh content=0>", "<object data=x>",
  "<!-- x -->", "<!-->", "<!--->", "-->", "<!-- ![x](y) -->", "--><b>", "<!-- ", "<![CDATA[x]]>", "<![CDATA[<b>]]>", "]]>", "<?php x ?>", "<?xml version=\"1.0\"?>", "?>", "<!DOCTYPE html>", "<!X>",
  "</p><b>", "</p>\n\n<script>alert(1)</script>", "<p>\n\n![x](y)\n\n</p>", "<textarea>", "</textarea><b>", "<pre>", "<title>", "<plaintext>", "<noscript><p title=\"</noscript><img>\">", "<x-y>", "< b>", "<b", "<", ">", "<>", "a<b>c", "1 < 2 > 1", "<a b='", "<a b=\"",
  // Entities.
  "&lt;b&gt;", "&#60;b&#62;", "&#x3c;b&#x3e;", "&amp;lt;", "&amp;", "&nbsp;", "&copy;", "&#0;", "&#xFFFFFFF;", "&ltb", "&", "&;", "&#;", "&Tab;", "&NewLine;&NewLine;# x", "&lbrack;x&rbrack;&lpar;y&rpar;", "&excl;&#91;x&#93;(y)", "&grave;x&grave;", "&ast;x&ast;", "&#10;&#10;![x](y)", "AT&T", "a &b; c",
  // Emphasis, code, formulas.
  "*a*", "**a**", "***a***", "_a_", "__a__", "a_b_c", "a*b*c", "~a~", "~~a~~", "~~~", "`a`", "``a`b``", "`", "``", "a`b", "```", "```js\nx\n```", "~~~\nx\n~~~", "`![x](y)`", "` `` `", "*a _b* c_", "**a*", "*", "_", "* a *", "_ a _",
  "$a$", "$$a$$", "$\\href{javascript:alert(1)}{x}$", "\\(a\\)", "\\[a\\]", "\\begin{x}", "$5 and $6", "$`a`$", "==a==", "++a++", "^a^", "||a||", "{{a}}", "{% a %}", "{#a .b}", "<% a %>", ":smile:", "[[a]]", "[[a|b]]", "![[a]]", "#tag", "@name", "@everyone",
  // Blocks, lines, tables, footnotes.
  "# a", "## a ##", "a\n===", "a\n---", "===", "---", "***", "___", "- a", "* a", "+ a", "1. a", "1) a", "- [ ] a", "- [x] a", "> a", "> > a", ">a", "    a", "\ta", "a  \nb", "a\n\nb", "a\r\n\r\nb", "a\r\rb", "a\n\n    b", "a\n\n- b\n- c", "a\n\n1. b", "a\n\n> b", "a\n\n# b", "a\n# b", "a\n***\nb",
  "a | b\n--|--\nc | d", "|a|b|\n|-|-|\n|c|d|", "| a |\n|---|", "x\n\n| a | b |\n| - | - |\n| c | d |", ":-:", "a[^1]", "a[^1]\n\n[^1]: b", "[^1]: b", "^[a]", "a\n: b", "*[a]: b", "!!! note", ":::tip\na\n:::", "[toc]", "[TOC]", "[[_TOC_]]", "---\ntitle: x\n---", "%%a%%", "a\f\n\n# b", "a\v\n\n# b", "a\u0085\u0085# b", "a\u2028\u2028# b", "a\u2029\u2029# b", "\u00a0\u00a0# a", "\u3000# a",
  // What cannot be seen.
  "\u202e![x](y)\u202c", "\u200f[x](y)", "\u2066*a*\u2069", "!\u200b[x](y)", "!\u200d[x](y)", "!\ufeff[x](y)", "*\u200ba*", "\u00ad*a*\u00ad", "`\u200b`\u200b`", "www\u200b.evil.com", "http\u200b://evil.com", "http:/\u200b/evil.com", "evil\u200b.com", "evil.\u200dcom", "a\u200b@evil.com", "\u061c_a_", "\ufeff# a", "\u0000![x](y)", "a\u0000b", "\u001b[31m[x](y)", "\u007f*a*", "<\u200bb>", "<\u0000b>", "&\u200blt;", "\u{e0001}*a*", "\ufffd*a*", "!\u2060[x](y)", "\\\u200b![x](y)", "\ud83d\ude00*a*", "e\u0301*a*", "\uff01[x](y)", "\uff3bx\uff3d\uff08y\uff09", "\uff1cb\uff1e", "\uff0a\uff0a",
];

/** Pieces that random texts are made of. */
const pieces = ["!", "[", "]", "(", ")", "<", ">", "\\", "`", "``", "*", "**", "_", "~", "$", "|", "&", ";", "#", ":", "/", "//", "@", ".", "-", "=", "^", "\"", "'", "+", "{", "}", "%", "\n", "\n\n", "\r", "\t", " ", "  ", "    ", "x", "a", "1", "www", "com", "evil.com", "http", "https:", "mailto:", "javascript:", "b>", "/b", "img src", "!--", "-->", "![CDATA[", "]]>", "amp;", "lt", "#60", "]: ", "](", "[^", "é", "猫", "\u200b", "\u200d", "\u202e", "\u00a0", "\u2028", "\u3000", "\ud83d\ude00"];

/** Random texts of up to so many pieces. */
export function randomTexts(count, seed = 1, maxPieces = 16) {
  const next = seededRandom(seed);
  return Array.from({ length: count }, () => Array.from({ length: 1 + next(maxPieces) }, () => pieces[next(pieces.length)]).join(""));
}

/** The constructs, alone and between words. */
export const hostileTexts = [...new Set(constructs)].flatMap((text) => [text, `a cat, ${text} and\n${text}`]);
