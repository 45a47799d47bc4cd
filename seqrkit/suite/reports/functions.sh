# value PATH: the text of an element of the reply; literal TEXT: its pattern;
# header NAME; status; minutes PATH (GNU date); well_formed PATH.
value() {
  rest=$(printf %s "$reply" | tr -s ' \t\r\n' ' ' |
    sed 's/<\(\/\{0,1\}\)[A-Za-z0-9_.-]*:/<\1/g; s/<\([^ >/]*\) [^>]*[^/>]>/<\1>/g')
  for name in $(printf %s "$1" | tr . ' '); do
    case $rest in *"<$name>"*) rest=${rest#*"<$name>"} ;; *) return ;; esac
  done
  printf %s "${rest%%"</$name>"*}" | sed 's/<[^>]*>/ /g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g
    s/&apos;/'"'"'/g; s/&amp;/\&/g' | tr -s ' ' | sed 's/^ //; s/ $//'
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
