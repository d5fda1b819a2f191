CREATE TABLE "leases" (
	"key" text PRIMARY KEY NOT NULL,
	"token" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "auto_runs" DROP COLUMN "stop_requested";