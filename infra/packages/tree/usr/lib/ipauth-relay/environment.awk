# Prints the settings of an EnvironmentFile= as commands of a shell, by systemd's own rules (systemd.exec(5)):
# comments begin with # or ;, a backslash takes its meaning from the character behind it, and inside of single
# quotes nothing has one.
BEGIN { RS = "\001"; quote = sprintf("%c", 39) }
{
  state = "start"
  for (i = 1; i <= length($0); i++) read(substr($0, i, 1))
  read("\n")
}

function read(c) {
  if (state == "start") {
    if (c ~ /[#;]/) state = "comment"
    else if (c !~ /[ \t\r\n]/) { name = c; value = ""; state = "name" }
  } else if (state == "comment") {
    if (c == "\\") state = "comment\\"
    else if (c == "\n") state = "start"
  } else if (state == "comment\\") {
    state = "comment"
  } else if (state == "name") {
    if (c == "\n") state = "start"
    else if (c == "=") state = "before"
    else name = name c
  } else if (state == "before" && c !~ /[ \t\r\n]/) {
    if (c == quote) state = "single"
    else if (c == "\"") state = "double"
    else if (c == "\\") state = "value\\"
    else { value = value c; state = "value" }
  } else if (state == "before") {
    if (c == "\n") set()
  } else if (state == "value") {
    if (c == "\n") { sub(/[ \t\r]+$/, "", value); set() }
    else if (c == "\\") state = "value\\"
    else value = value c
  } else if (state == "value\\") {
    if (c != "\n") value = value c
    state = "value"
  } else if (state == "single") {
    if (c == quote) state = "before"
    else value = value c
  } else if (state == "double") {
    if (c == "\"") state = "before"
    else if (c == "\\") state = "double\\"
    else value = value c
  } else if (state == "double\\") {
    if (c !~ /["\\`$\n]/) value = value "\\"
    if (c != "\n") value = value c
    state = "double"
  }
}

function set() {
  sub(/[ \t\r]+$/, "", name)
  if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
    gsub(quote, quote "\\" quote quote, value)
    print "export " name "=" quote value quote
  }
  state = "start"
}
