CREATE TABLE "answer_file_rows" (
	"file_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"rows" integer[] NOT NULL,
	"request_id" uuid,
	"version" integer,
	"request_number" text NOT NULL,
	"address" text NOT NULL,
	"was" text NOT NULL,
	"becomes" text NOT NULL,
	"difference" text NOT NULL,
	"kind" text NOT NULL,
	"has_debt" boolean,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"answer" jsonb,
	"documents" boolean DEFAULT false NOT NULL,
	"chosen" boolean NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"outcome" text,
	CONSTRAINT "answer_file_rows_file_id_row_pk" PRIMARY KEY("file_id","row"),
	CONSTRAINT "answer_file_rows_kind" CHECK ("answer_file_rows"."kind" in ('changed', 'same', 'empty', 'bad')),
	CONSTRAINT "answer_file_rows_state" CHECK ("answer_file_rows"."state" in ('waiting', 'done', 'refused')),
	CONSTRAINT "answer_file_rows_chosen" CHECK (not "answer_file_rows"."chosen" or ("answer_file_rows"."kind" = 'changed' and "answer_file_rows"."request_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "answer_files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"started_by" uuid NOT NULL,
	"file_name" text NOT NULL,
	"bytes" "bytea",
	"state" text DEFAULT 'checking' NOT NULL,
	"empty_means_no" boolean NOT NULL,
	"send_at_once" boolean NOT NULL,
	"unused" jsonb,
	"head_row" integer,
	"counts" jsonb,
	"refusal" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "answer_files_state" CHECK ("answer_files"."state" in ('checking', 'checked', 'applying', 'done', 'failed', 'cancelled')),
	CONSTRAINT "answer_files_bytes" CHECK ("answer_files"."bytes" is null or "answer_files"."state" not in ('failed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "file_export_parts" (
	"export_id" uuid NOT NULL,
	"part" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "file_export_parts_export_id_part_pk" PRIMARY KEY("export_id","part")
);
--> statement-breakpoint
ALTER TABLE "file_exports" DROP CONSTRAINT "file_exports_bytes";--> statement-breakpoint
ALTER TABLE "file_exports" ADD COLUMN "division" text;--> statement-breakpoint
ALTER TABLE "file_exports" ADD COLUMN "done" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "file_empty_means_no" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "file_send_at_once" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "answer_file_rows" ADD CONSTRAINT "answer_file_rows_file_id_answer_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."answer_files"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answer_file_rows" ADD CONSTRAINT "answer_file_rows_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answer_files" ADD CONSTRAINT "answer_files_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answer_files" ADD CONSTRAINT "answer_files_started_by_users_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_export_parts" ADD CONSTRAINT "file_export_parts_export_id_file_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "public"."file_exports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "answer_file_rows_request" ON "answer_file_rows" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "answer_files_list" ON "answer_files" USING btree ("organization_id","started_at");--> statement-breakpoint
CREATE INDEX "answer_files_waiting" ON "answer_files" USING btree ("started_at") WHERE "answer_files"."state" in ('checking', 'applying');--> statement-breakpoint
CREATE INDEX "file_exports_done" ON "file_exports" USING btree ("started_at") WHERE "file_exports"."state" = 'done';--> statement-breakpoint
INSERT INTO "file_export_parts" ("export_id", "part", "bytes") SELECT "id", 1, "bytes" FROM "file_exports" WHERE "bytes" IS NOT NULL;--> statement-breakpoint
UPDATE "file_exports" SET "done" = coalesce("total", 0) WHERE "state" IN ('done', 'deleted');--> statement-breakpoint
UPDATE "imports" SET "state" = 'cancelled', "bytes" = NULL, "report" = NULL, "finished_at" = now() WHERE "kind" = 'answers' AND "state" IN ('checking', 'checked', 'loading');--> statement-breakpoint
ALTER TABLE "file_exports" DROP COLUMN "bytes";