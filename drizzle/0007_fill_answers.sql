ALTER TABLE "bulk_runs" DROP CONSTRAINT "bulk_runs_action";--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "court_impossible" text DEFAULT 'unclear' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "court_partial_period" text DEFAULT 'unclear' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "court_threshold" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "verify_yes" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_action" CHECK ("bulk_runs"."action" in ('markReady', 'send', 'delegate', 'returnForRework', 'fill', 'fillNo'));--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_court_impossible" CHECK ("organizations"."court_impossible" in ('no', 'unclear'));--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_court_partial_period" CHECK ("organizations"."court_partial_period" in ('yes', 'unclear'));--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_court_threshold" CHECK ("organizations"."court_threshold" >= 0);