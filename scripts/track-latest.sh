#!/bin/sh
# Registers the newest operation of an AKS cluster with the notifier. See --help and docs/pipelines.md.
set -eu

usage() {
  cat <<'END'
Usage: track-latest.sh --resource-group GROUP --name CLUSTER [options] [-- COMMAND...]

Runs COMMAND, which starts an operation on the cluster, and registers that operation with the notifier.
Without a COMMAND it registers the operation that is running now.

  track-latest.sh --resource-group rg-prod --name aks-prod-weu -- \
    az aks upgrade --resource-group rg-prod --name aks-prod-weu --kubernetes-version 1.33.2 --no-wait --yes

  --nodepool-name POOL   the operation is one of this node pool
  --subscription ID      default: the one that az is set to
  --label TEXT           shown in messages; at most 120 characters
  --channel NAME         a channel that the notifier has; default: its default channel
  --mention WHO          here, channel, or a Slack ID: when it fails, stands still or is lost
  --rest                 asks Azure with `az rest`, also where the extension aks-preview is installed
  --api-version VERSION  for --rest; default: 2025-05-02-preview, or when Azure no longer offers it, the newest preview
  --tries N              how often to look for the operation, and to register it; default: 12
  --pause SECONDS        between tries; default: 5

Environment:
  NOTIFIER_URL           https://<app>.azurewebsites.net
  NOTIFIER_KEY           a function key of the app; it is neither printed nor shown in the process list

Needs az (signed in, with Reader on the cluster) and curl 7.76 or newer. Exit code: 0 registered, 1 not, 2 wrong usage,
else that of COMMAND, after which nothing is registered.
END
}

fail() {
  printf 'track-latest: %s\n' "$1" >&2
  exit "${2:-1}"
}

group='' cluster='' pool='' subscription='' label='' channel='' mention=''
rest=no api_version=2025-05-02-preview tries=12 pause=5
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --rest)
      rest=yes
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
  shift 2
done

[ -n "$group" ] || fail '--resource-group is missing; see --help' 2
[ -n "$cluster" ] || fail '--name is missing; see --help' 2
[ -n "${NOTIFIER_URL:-}" ] || fail 'NOTIFIER_URL is not set; see --help' 2
[ -n "${NOTIFIER_KEY:-}" ] || fail 'NOTIFIER_KEY is not set; see --help' 2
case $NOTIFIER_URL in
  # What stands before an @ is no host.
  *@*) fail 'NOTIFIER_URL must not hold an @: the key would go elsewhere' 2 ;;
  https://* | http://127.0.0.1:* | http://localhost:*) url=${NOTIFIER_URL%/}/api/operations ;;
  *) fail 'NOTIFIER_URL must begin with https://, or the key could be read on its way' 2 ;;
esac
case $tries in '' | 0 | *[!0-9]*) fail '--tries must be a number, at least 1' 2 ;; esac
case $pause in '' | *[!0-9]*) fail '--pause must be a number of seconds' 2 ;; esac
# In UTF-8 each character has one byte that continues none; not every shell counts characters.
characters=$(printf '%s' "$label" | LC_ALL=C tr -d '\200-\277' | wc -c)
[ "$characters" -le 120 ] || fail '--label is longer than 120 characters' 2
for tool in az curl; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done
# Nothing that is started from here gets the key.
key=$(printf '%s' "$NOTIFIER_KEY" | tr -d '\r\n')
unset NOTIFIER_KEY

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

# az with what it complains of kept for later.
quietly() {
  az "$@" --only-show-errors --output tsv 2>"$errors"
}

# Prints "<operation ID> <status>" of the newest operation, or nothing when there is none.
newest() {
  if [ "$rest" = yes ]; then
    quietly rest --method get \
      --url "/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.ContainerService/managedClusters/$cluster/operations?api-version=$api_version" \
      --query "(sort_by(value[?startTime], &startTime)[-1].[name, status] || ['']) | join(' ', @)"
  else
    # Without arguments when there is no pool.
    quietly aks operation show-latest --subscription "$subscription" --resource-group "$group" --name "$cluster" \
      ${pool:+--nodepool-name "$pool"} --query "[name, status] | join(' ', @)"
  fi
}

# Looks for $found, the newest operation: when Azure does not offer the api-version, once more with one that it names.
look() {
  found=$(newest) && return 0
  grep -Eiq 'NoRegisteredProviderFound|InvalidResourceType|InvalidApiVersion|UnsupportedApiVersion' "$errors" || return 1
  # The operations are in previews only, since 2023-10-02-preview.
  offered=$(sed -n "s/.*supported api-versions are '\([^']*\)'.*/\1/p" "$errors" | tr -d ' ' | tr ',' '\n' |
    awk '/^[0-9-]+-preview$/ && $0 >= "2023-10-02-preview"' | sort | tail -n 1)
  if [ -z "$offered" ]; then
    printf 'Azure does not offer this api-version and names no other preview; --api-version takes another one.\n' >>"$errors"
    return 1
  fi
  printf 'track-latest: Azure no longer offers the api-version; going on with %s\n' "$offered" >&2
  rest=yes api_version=$offered
  found=$(newest)
}

has_ended() {
  case $(printf '%s' "$1" | tr '[:upper:]' '[:lower:]') in
    succeeded | failed | canceled | cancelled) return 0 ;;
    *) return 1 ;;
  esac
}

subscription=$(quietly account show ${subscription:+--subscription "$subscription"} --query id) ||
  fail "az account show failed; nothing was started: $(cat "$errors")"

# `az aks operation` is of the preview extension. az would ask whether to install it, and a pipeline has nobody to answer.
if [ "$rest" = no ] && ! quietly extension show --name aks-preview --query name >/dev/null; then
  rest=yes
fi

before=''
if [ $# -gt 0 ]; then
  # A cluster without operations, or one that is only now created, is no failure.
  look || grep -q 'NotFound' "$errors" ||
    fail "the operations of $cluster cannot be read; nothing was started: $(cat "$errors")"
  before=$found
  "$@" || fail "the command failed; nothing was registered" $?
fi

operation='' status='' unread='' tried=0
while [ -z "$operation" ] && [ "$tried" -lt "$tries" ]; do
  [ "$tried" -eq 0 ] || sleep "$pause"
  tried=$((tried + 1))
  if look; then
    unread=''
  else
    unread=$(cat "$errors")
    continue
  fi
  status=${found#* }
  if [ $# -gt 0 ]; then
    [ "${found%% *}" = "${before%% *}" ] || operation=${found%% *}
  else
    has_ended "$status" || operation=${found%% *}
  fi
done
if [ -z "$operation" ]; then
  [ -z "$unread" ] || fail "the operations of $cluster cannot be read; nothing was registered: $unread"
  [ $# -eq 0 ] || fail "no new operation of $cluster was seen; nothing was registered"
  fail "no operation of $cluster is running; nothing was registered"
fi

# A field of the request, when it has a value.
field() {
  [ -z "$2" ] || printf ',"%s":"%s"' "$1" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g')"
}
body="{$(
  {
    field subscriptionId "$subscription"
    field resourceGroupName "$group"
    field resourceName "$cluster"
    field agentPoolName "$pool"
    field operationId "$operation"
    field label "$label"
    field channel "$channel"
    field mention "$mention"
  } | cut -c 2-
)}"

# Registering is idempotent, so it may be tried again. The key goes in by stdin.
answer=$(
  printf 'x-functions-key: %s\n' "$key" |
    curl --silent --show-error --fail-with-body --max-time 30 --retry "$((tries - 1))" --retry-delay "$pause" \
      --retry-connrefused --header @- --header 'Content-Type: application/json' --data "$body" "$url" 2>&1
) || fail "the notifier did not take operation $operation: $answer"
printf 'Registered operation %s of %s (%s).\n' "$operation" "$cluster" "$status"
