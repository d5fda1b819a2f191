ALTER TABLE "bulk_runs" DROP CONSTRAINT "bulk_runs_action";--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD COLUMN "params" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_action" CHECK ("bulk_runs"."action" in ('markReady', 'send', 'delegate', 'returnForRework'));