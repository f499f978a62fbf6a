import * as z from 'zod';

// zod compiles its checks with `new Function` where it may. The page's policy forbids that, and zod
// would only find out by a violation; it asks when a schema is made, so this is imported first.
z.config({ jitless: true });
