#!/bin/sh
# Registers the newest operation of an AKS cluster with the notifier. See --help and docs/pipelines.md.
set -eu +a

usage() {
  cat <<'END'
Usage: track-latest.sh --resource-group GROUP --name CLUSTER [options] [-- COMMAND...]

Runs COMMAND, which starts an operation on the cluster, and registers that operation with the notifier.
Without a COMMAND it registers the operation that is running now, the newest where several are.

  track-latest.sh --resource-group rg-prod --name aks-prod-weu -- \
    az aks upgrade --resource-group rg-prod --name aks-prod-weu --kubernetes-version "$KUBERNETES_VERSION" --no-wait --yes

  --nodepool-name POOL   only operations of this node pool
  --subscription ID      default: the one that az is set to
  --label TEXT           shown in messages; at most 120 characters
  --channel NAME         a channel that the notifier has; default: its default channel
  --mention WHO          here, channel, or a Slack ID: when it fails, stands still or is lost
  --rest                 asks Azure with `az rest` alone; default: where that fails, the extension aks-preview is asked
  --api-version VERSION  for `az rest`; default: 2026-10-02-preview; where Azure does not offer one, another preview
  --tries N              how often to ask Azure and the notifier, 1 to 9999; default: 12
  --pause SECONDS        between tries, at most 9999; default: 5

Environment:
  NOTIFIER_URL           https://<app>.azurewebsites.net
  NOTIFIER_KEY           a function key of the app; it is neither printed nor shown in the process list

Needs az (signed in, with Reader on the cluster) and curl 7.55 or newer. Before COMMAND runs, the notifier is asked
whether it takes these options, and Azure which operations there are: when one refuses, nothing is started. When COMMAND
fails or is interrupted, what it has started is registered. Exit code: that of COMMAND when it is not 0, else
0 registered, 1 not, 2 wrong usage.
END
}

# Once the command has run, its exit code is kept, and whether a signal came.
code=0 signal=''
fail() {
  printf 'track-latest: %s\n' "$1" >&2
  [ "$code" -ne 0 ] || code=${signal:-${2:-1}}
  exit "$code"
}

# One word for a shell.
quote() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

newline='
'
cr=$(printf '\r')
group='' cluster='' pool='' subscription='' label='' channel='' mention=''
# Previews with the operations, newest first, as the app knows them (shared/domain/known-versions.ts). Azure retires them
# about 19 to 27 months after their date, and offers new ones in some places later.
known='2026-10-02-preview 2026-08-02-preview 2026-07-02-preview 2026-05-02-preview 2026-04-02-preview 2026-02-02-preview
2026-01-02-preview 2025-10-02-preview 2025-09-02-preview 2025-08-02-preview 2025-07-02-preview 2025-06-02-preview
2025-05-02-preview'
rest=no api_version=${known%% *} tries=12 pause=5 given=''
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --rest)
      rest=yes given="$given $1"
      shift
      continue
      ;;
    --)
      shift
      [ $# -gt 0 ] || fail 'there is no command after --; see --help' 2
      break
      ;;
    --resource-group | -g) group=${2-} ;;
    --name | -n) cluster=${2-} ;;
    --nodepool-name) pool=${2-} ;;
    --subscription) subscription=${2-} ;;
    --label) label=${2-} ;;
    --channel) channel=${2-} ;;
    --mention) mention=${2-} ;;
    --api-version) api_version=${2-} ;;
    --tries) tries=${2-} ;;
    --pause) pause=${2-} ;;
    *) fail "$1 is not an option; see --help" 2 ;;
  esac
  [ $# -ge 2 ] || fail "$1 needs a value; see --help" 2
  # What az prints on Windows ends with a carriage return.
  [ "$(printf '%s.' "$2" | LC_ALL=C tr -d '[:cntrl:]')" = "$2." ] ||
    fail "$1 must not hold control characters, such as line breaks, tabs and carriage returns" 2
  given="$given $1 $(quote "$2")"
  shift 2
done

check_number() {
  case $2 in '' | *[!0-9]* | ?????*) fail "$1 must be a number, $3 to 9999" 2 ;; esac
  [ "$2" -ge "$3" ] || fail "$1 must be a number, $3 to 9999" 2
}
[ -n "$group" ] || fail '--resource-group is missing; see --help' 2
[ -n "$cluster" ] || fail '--name is missing; see --help' 2
check_number --tries "$tries" 1
check_number --pause "$pause" 0
url=$(printf '%s' "${NOTIFIER_URL:-}" | tr -d '\r\n')
case $url in
  '') fail 'NOTIFIER_URL is not set; see --help' 2 ;;
  # What stands before an @ is no host; after a ? there may be a key, and the URL is printed.
  *[@?\#]*) fail 'NOTIFIER_URL must not hold @, ? or #: it is the address of the app and nothing else' 2 ;;
  https://* | http://127.0.0.1:* | http://localhost:*) url=${url%/}/api/operations ;;
  *) fail 'NOTIFIER_URL must begin with https://, or the key could be read on its way' 2 ;;
esac
# `sh -x` prints the words of each command, but no here-document: only these hold the key. It is not exported, so
# nothing that is started from here gets it.
unset key
IFS=$cr read -r key _ <<END
${NOTIFIER_KEY:-}
END
unset NOTIFIER_KEY
[ -n "${key:+set}" ] || fail 'NOTIFIER_KEY is not set; see --help' 2
for tool in az curl; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
# Without these, dash does not remove it.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# What the last call complained of.
complaint() {
  tr -d '\r' <"$errors"
}

# Waits for the next try; fails when there is none.
tried=1
again() {
  [ "$tried" -lt "$tries" ] && [ -z "$signal" ] || return 1
  tried=$((tried + 1))
  sleep "$pause" && [ -z "$signal" ]
}

# az without Windows' carriage returns, and with what it complains of kept for later.
quietly() {
  printed=$(az "$@" --only-show-errors --output tsv 2>>"$errors") || return 1
  printf '%s\n' "$printed" | tr -d '\r'
}

# A cluster's operations are $rows, one a line: "<operation ID> <status>", and with tabs between, when known, when it
# started and the ARM ID of what it was started on.
list_operations() {
  # The first line shows that it is a list: "array", or "null" for one that is not there.
  rows=$(quietly rest --method get \
    --url "/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.ContainerService/managedClusters/$cluster/operations?api-version=$api_version" \
    --query "[[[contains(keys(@), 'value') && type(value)]], value[].[join(' ', [name || '', status || '']), startTime, resourceId || id]][]") ||
    return 1
  case $rows in
    array | null) rows='' ;;
    "array$newline"*) rows=${rows#*"$newline"} ;;
    *)
      echo 'az rest did not print a list of operations.' >>"$errors"
      return 1
      ;;
  esac
}

# As list_operations; when Azure does not offer the api-version, with the newest preview that it names, and where it names
# none, with the known ones, one after another.
list_operations_of_some_version() {
  refused=''
  until list_operations; do
    grep -Eiq 'NoRegisteredProviderFound|InvalidResourceType|InvalidApiVersion|UnsupportedApiVersion' "$errors" || return 1
    refused="$refused $api_version"
    # The operations are in previews only, since 2023-10-02-preview.
    offered=$(sed -n "s/.*supported api-versions are '\([^']*\)'.*/\1/p" "$errors" | tr -d ' ' | tr ',' '\n' |
      awk '/^[0-9-]+-preview$/ && $0 >= "2023-10-02-preview"' | sort | tail -n 1)
    # A list without a preview is the last word of AKS; without a list, ARM has not asked AKS.
    grep -q 'supported api-versions are' "$errors" || offered=$known
    for next in $offered ''; do
      case "$refused " in *" $next "*) ;; *) break ;; esac
    done
    if [ -z "$next" ]; then
      echo 'Azure offers no preview that is known to have the operations; --api-version takes another one.' >>"$errors"
      return 1
    fi
    api_version=$next
    : >"$errors"
  done
  [ -z "$refused" ] ||
    printf 'track-latest: Azure does not offer the api-version%s here; going on with %s\n' "$refused" "$api_version" >&2
}

# `az aks operation` is of the preview extension. az would ask whether to install it, and a pipeline has nobody to answer.
extension=unknown
has_extension() {
  if [ "$extension" = unknown ]; then
    extension=no
    [ "$rest" = yes ] ||
      ! az extension show --name aks-preview --query name --only-show-errors --output tsv >/dev/null 2>&1 || extension=yes
  fi
  [ "$extension" = yes ]
}

# $rows of the newest operation alone. The extension asks by an api-version of its own.
show_latest() {
  # Without arguments when there is no pool.
  has_extension &&
    rows=$(quietly aks operation show-latest --subscription "$subscription" --resource-group "$group" --name "$cluster" \
      ${pool:+--nodepool-name "$pool"} --query "[name, status || ''] | join(' ', @)")
}

# ARM's answer for a cluster that is only now created. A quote in a text of JSON is escaped: this is no part of one.
is_cluster_missing() {
  tr -d '\r\n' <"$errors" |
    grep -E 'Not Found\(\{ *("error" *: *\{ *)?"code" *: *"ResourceNotFound"|ERROR: \(ResourceNotFound\)' |
    grep -Fiq "'Microsoft.ContainerService/managedClusters/$cluster'"
}

# Reads $rows. The list and one operation cannot be compared: once the extension has answered, it is asked alone.
latest_only=no
look() {
  : >"$errors"
  [ "$latest_only" = yes ] || ! list_operations_of_some_version || return 0
  rows=''
  if ! is_cluster_missing && show_latest; then
    latest_only=yes
    return 0
  fi
  is_cluster_missing
}

# Whether all that az complained of will be the same at the next try.
is_final() {
  grep -q '^ERROR: ' "$errors" && ! grep '^ERROR: ' "$errors" | grep -Evq \
    '^ERROR: ((Bad Request|Unauthorized|Forbidden|Not Found)\(|\(([A-Za-z]*NotFound|AuthorizationFailed|Forbidden)\)|.*az login)'
}

# The one of $rows to register: "<operation ID> <pool, or -> <status>". Without a command, of those that run; else of
# those that were not there $before. One that runs comes before one that has ended, then the one that started last.
new=no before=''
choose() {
  wanted=$pool
  # The extension was asked for the pool.
  [ "$latest_only" = no ] || wanted=''
  printf '%s\n' "$rows" | new=$new before=$before wanted=$wanted awk -F '\t' '
    # A time as a text that sorts, in seconds; empty when there is none. One that is not set (year 1) comes before all.
    function instant(time,    year, month, days, seconds, rest, sign) {
      if (time !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][Tt ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]/)
        return ""
      # Years from March to February: a leap day is the last of its year.
      year = substr(time, 1, 4)
      month = substr(time, 6, 2) - 3
      if (month < 0) { year--; month += 12 }
      days = 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * month + 2) / 5) + substr(time, 9, 2)
      seconds = days * 86400 + substr(time, 12, 2) * 3600 + substr(time, 15, 2) * 60 + substr(time, 18, 2)
      rest = substr(time, 20)
      # Without a zone it is UTC.
      if (match(rest, /[+-][0-9][0-9]:?[0-9][0-9]$/)) {
        sign = substr(rest, RSTART, 1) == "+" ? 1 : -1
        seconds -= sign * (substr(rest, RSTART + 1, 2) * 3600 + substr(rest, length(rest) - 1) * 60)
      }
      return sprintf("%012.0f", seconds) (match(rest, /^\.[0-9]+/) ? substr(rest, 1, RLENGTH) : "")
    }
    BEGIN {
      count = split(ENVIRON["before"], lines, "\n")
      for (i = 1; i <= count; i++) known[tolower(substr(lines[i], 1, index(lines[i] " ", " ") - 1))]
      best = ""
    }
    {
      end = index($1 " ", " ")
      name = substr($1, 1, end - 1)
      status = substr($1, end + 1)
      found = match(tolower($3), "/agentpools/[^/]+") ? substr($3, RSTART + 12, RLENGTH - 12) : "-"
      if (name == "" || (ENVIRON["wanted"] != "" && tolower(ENVIRON["wanted"]) != tolower(found))) next
      runs = tolower(status) !~ /^ *(succeeded|failed|cancell?ed) *$/
      if (ENVIRON["new"] == "yes" ? tolower(name) in known : !runs) next
      order = runs " " instant($2)
      if (order > best) { best = order; chosen = name " " found " " status }
    }
    END { if (best != "") print chosen }'
}

# A field of a request, when it has a value.
field() {
  [ -z "$2" ] || printf ',"%s":"%s"' "$1" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# A registration of the operation $1.
registration() {
  fields=$(
    field subscriptionId "$subscription"
    field resourceGroupName "$group"
    field resourceName "$cluster"
    field agentPoolName "$pool"
    field operationId "$1"
    field label "$label"
    field channel "$channel"
    field mention "$mention"
  )
  printf '{%s}' "${fields#,}"
}

# -q: a .curlrc may make curl print what it sends.
send() {
  curl -q --silent --show-error --max-time 30 --header @- --header 'Content-Type: application/json' --data "$1" \
    --write-out '\n%{http_code}' "$url" 2>"$errors" <<END
x-functions-key: $key
END
}

# Sends $1 to the notifier until it gives an $answer; $status is that of HTTP, 000 when there is none. Registering is
# idempotent, so it may be tried again. A Retry-After is not waited for: the caller has said how long to wait.
post() {
  tried=1
  while :; do
    answer=$(send "$1") || answer="${newline}000"
    status=${answer##*"$newline"}
    answer=${answer%"$newline"*}
    case $status in
      000 | 408 | 429 | 5*) again || return 0 ;;
      *) return 0 ;;
    esac
  done
}

# The texts of the members $1, of names with | between, wherever they are in the JSON of $answer; one a line.
texts_of() {
  case $answer in
    '{'*) printf '%s' "$answer" | tr '\r\n' '  ' | awk -v name="\"($1)\" *: *" '{
      while (match($0, name "\"([^\"\\\\]|\\\\.)*\"")) {
        text = substr($0, RSTART, RLENGTH)
        $0 = substr($0, RSTART + RLENGTH)
        sub(name "\"", "", text)
        print substr(text, 1, length(text) - 1)
      }
    }' ;;
  esac
}

is_registered() {
  case $status in 200 | 201) [ -n "$(texts_of trackingId)" ] ;; *) return 1 ;; esac
}

# What the notifier has answered instead; its problems alone, since another server may send back the key.
refusal() {
  case $status in
    000) complaint ;;
    401 | 403) echo "HTTP $status: NOTIFIER_KEY is not a key for this" ;;
    2* | 3* | 404) echo "HTTP $status without a registration: NOTIFIER_URL is not the address of a notifier" ;;
    *) echo "HTTP $status" ;;
  esac
  texts_of 'pointer|message|detail'
}

subscription=$(: >"$errors" && quietly account show ${subscription:+--subscription "$subscription"} --query id) ||
  fail "az account show failed; nothing was started: $(complaint)"

# The notifier names all that is wrong with a request at once. Of this one it is to miss the operation alone.
post "$(registration '')"
[ "$status $(texts_of pointer)" = '400 /operationId' ] || is_registered ||
  fail "the notifier refuses this; nothing was started: $(refusal)"

by_hand=''
if [ $# -gt 0 ]; then
  tried=1
  until look; do
    ! is_final && again ||
      fail "the operations of $cluster cannot be read; nothing was started: $(complaint)"
  done
  new=yes before=$rows
  by_hand="$newline  Once it runs, this registers it:$newline  sh $(quote "$0")$given"
  # From here on a signal ends no more than what runs when it comes.
  trap 'signal=129' HUP
  trap 'signal=130' INT
  trap 'signal=143' TERM
  "$@" || code=$?
  [ "$code" -ne 0 ] || code=${signal:-0}
  signal=''
  [ "$code" -eq 0 ] || printf 'track-latest: the command ended with exit code %s\n' "$code" >&2
fi

# After a command that has failed, what it has started is there, if anything: one look is enough.
chosen='' tried=1
while :; do
  if look; then
    unread=''
    chosen=$(choose)
    { [ -z "$chosen" ] && [ "$code" -eq 0 ]; } || break
  else
    unread=$(complaint)
  fi
  again || break
done
if [ -z "$chosen" ]; then
  [ -z "$unread" ] || fail "the operations of $cluster cannot be read; nothing was registered: $unread$by_hand"
  [ "$new" = no ] || fail "no new operation of $cluster was seen; nothing was registered$by_hand"
  fail "no operation of $cluster is running; nothing was registered"
fi

operation=${chosen%% *}
chosen=${chosen#* }
[ "${chosen%% *}" = - ] || pool=${chosen%% *}
body=$(registration "$operation")
post "$body"
is_registered || fail "the notifier did not register operation $operation: $(refusal)
  With the key in NOTIFIER_KEY, this registers it:
  printf 'x-functions-key: %s\n' \"\$NOTIFIER_KEY\" | curl -q --header @- --header 'Content-Type: application/json' --data $(quote "$body") $(quote "$url")"
printf 'Registered operation %s of %s (%s).\n' "$operation" "$cluster" "${chosen#* }"
exit "$code"
