import { serve } from 'inngest/next';
import { functions, inngest } from '@/lib/jobs/inngest';

/** The SDK's own protocol; it checks its signing key, and answers 500 without one outside of its dev mode. */
export const { GET, POST, PUT } = serve({ client: inngest, functions });
