# value PATH: the text of an element of the reply; literal TEXT: its pattern;
# header NAME; status; minutes PATH (GNU date); well_formed PATH.
value() {
  rest=$(printf %s "$reply" | tr -s ' \t\r\n' ' ' |
    sed 's/<\(\/\{0,1\}\)[A-Za-z0-9_.-]*:/<\1/g; s/<\([^ >/]*\) [^>]*[^/>]>/<\1>/g')
  for name in $(printf %s "$1" | tr . ' '); do
    case $rest in *"<$name>"*) rest=${rest#*"<$name>"} ;; *) return ;; esac
  done
  printf %s "${rest%%"</$name>"*}" | sed 's/<[^>]*>/ /g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g
    s/&apos;/'"'"'/g' | characters | sed 's/&amp;/\&/g' | tr -s ' \t\r\n' ' ' | sed 's/^ //; s/ $//'
}
# Numeric references, in UTF-8; the locale is for awk's bytes.
characters() {
  LC_ALL=C awk 'function number(text,  base, n, i) {
    base = sub(/^x/, "", text) ? 16 : 10
    for (i = 1; i <= length(text); i++) n = n * base + index("123456789abcdef", substr(text, i, 1))
    return n
  }
  function utf8(n) {
    if (n == 38) return "&amp;"
    if (n < 128) return sprintf("%c", n)
    if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
    if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
    return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64,
      128 + int(n / 64) % 64, 128 + n % 64)
  }
  {
    rest = $0; out = ""
    while (match(rest, /&#(x[0-9a-fA-F]+|[0-9]+);/)) {
      code = tolower(substr(rest, RSTART + 2, RLENGTH - 3))
      out = out substr(rest, 1, RSTART - 1) utf8(number(code))
      rest = substr(rest, RSTART + RLENGTH)
    }
    print out rest
  }'
}
literal() { printf %s "$1" | sed 's/[][\\.^$*+?(){}|]/\\&/g'; }
header() { printf %s "$reply" | tr -d '\r' | grep -i "^$1:" | head -1 | sed 's/^[^:]*: *//; s/ *;.*//'; }
status() { printf %s "$reply" | sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' | tail -1; }
all() { printf %s "$reply" | grep -Eo "<([A-Za-z0-9_.-]+:)?$1>[^<]*" | sed 's/.*>//'; }
successes() { all resultCode | grep -cx 0; }
minutes() {
  now=$(header Date)
  echo $((($(date -d "$(value "$1")" +%s) - $(date -d "${now:-now}" +%s)) / 60))
}
well_formed() { value "$1" | seqrkit lint --select soap.not-xml - >&2 && echo yes; }
different() { all "$1" | sort -u | wc -l | tr -d ' '; }
