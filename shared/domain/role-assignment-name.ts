import { createHash } from 'node:crypto';

/** The namespace of the function `guid` of ARM's templates, found by what Bicep's compiler makes of it. */
const namespace = Buffer.from('11fb06fb712d4ddd98c7e71bbd588830', 'hex');

/**
 * The name that `infra/reader/` gives to a role assignment, as ARM's `guid` makes it: a UUID of version 5 (RFC 9562) of the
 * parts, joined by `-`. Under this name a person's assignment and a later deployment's are one; under another name ARM
 * refuses the second one as `RoleAssignmentExists`. However scope and principal are written, the name is the same.
 */
export function roleAssignmentName(scope: string, principalId: string, roleId: string): string {
  const text = [scope.toLowerCase(), principalId.toLowerCase(), roleId].join('-');
  const digest = createHash('sha1').update(namespace).update(text).digest().subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
