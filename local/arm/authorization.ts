/** The object ID of every identity's service principal. */
const objectId = '00000000-0000-0000-0000-0000000b1ec7';

/**
 * ARM's message of `AuthorizationFailed`, word for word (github.com/MicrosoftDocs/azure-docs/issues/35586). The scope
 * of a list is what it lists in.
 */
export function authorizationFailed(path: string, clientId: string): string {
  const [parent = '', resource = ''] = path.replace(/\/$/, '').split(/\/providers\//i);
  const [namespace = '', ...typesAndNames] = resource.split('/');
  const types = typesAndNames.filter((_, index) => index % 2 === 0);
  const isList = typesAndNames.length % 2 === 1;
  const inside = isList ? typesAndNames.slice(0, -1) : typesAndNames;
  const scope =
    inside.length === 0 ? parent : [parent, 'providers', namespace, ...inside].join('/');
  const action = [namespace, ...types, 'read'].join('/');
  return `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
}
