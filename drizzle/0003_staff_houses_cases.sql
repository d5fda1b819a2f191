CREATE TABLE "answer_trails" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "answer_trails_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" uuid,
	"has_debt" text NOT NULL,
	"trail" jsonb NOT NULL,
	CONSTRAINT "answer_trails_has_debt" CHECK ("answer_trails"."has_debt" in ('yes', 'no', 'unclear'))
);
--> statement-breakpoint
CREATE TABLE "case_payments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"paid_on" date NOT NULL,
	"sum" bigint NOT NULL,
	"comment" text,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "case_payments_sum" CHECK ("case_payments"."sum" > 0)
);
--> statement-breakpoint
CREATE TABLE "court_cases" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"number" text NOT NULL,
	"filed_on" date NOT NULL,
	"court" text,
	"period_start" date NOT NULL,
	"period_end" date NOT NULL,
	"claimed" bigint NOT NULL,
	"decision" text,
	"act_number" text,
	"act_date" date,
	"effective_on" date,
	"awarded" bigint,
	"cancelled_on" date,
	"cancellation_reason" text,
	"enforcement_result" text,
	"enforcement_number" text,
	"enforcement_on" date,
	"collected" bigint DEFAULT 0 NOT NULL,
	"paid_on" date,
	"comment" text,
	"liability" text DEFAULT 'joint' NOT NULL,
	"source" text DEFAULT 'person' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "court_cases_kind" CHECK ("court_cases"."kind" in ('claim', 'order')),
	CONSTRAINT "court_cases_decision" CHECK ("court_cases"."decision" in ('full', 'partial', 'refused')),
	CONSTRAINT "court_cases_enforcement" CHECK ("court_cases"."enforcement_result" in ('in_progress', 'collected', 'partially', 'impossible', 'returned')),
	CONSTRAINT "court_cases_period" CHECK ("court_cases"."period_start" <= "court_cases"."period_end"),
	CONSTRAINT "court_cases_sums" CHECK ("court_cases"."claimed" >= 0 and "court_cases"."awarded" >= 0 and "court_cases"."collected" >= 0),
	CONSTRAINT "court_cases_liability" CHECK ("court_cases"."liability" in ('joint', 'shares')),
	CONSTRAINT "court_cases_source" CHECK ("court_cases"."source" in ('person', 'excel'))
);
--> statement-breakpoint
CREATE TABLE "debt_request_accounts" (
	"request_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	CONSTRAINT "debt_request_accounts_request_id_account_id_pk" PRIMARY KEY("request_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "respondents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"organization_name" text,
	"last_name" text,
	"first_name" text,
	"middle_name" text,
	"birth_date" date,
	"snils" text,
	"document_type_code" text,
	"document_series" text,
	"document_number" text,
	"share" text,
	CONSTRAINT "respondents_snils" CHECK ("respondents"."snils" ~ '^[0-9]{11}$'),
	CONSTRAINT "respondents_named" CHECK (("respondents"."organization_name" is not null) <> ("respondents"."last_name" is not null))
);
--> statement-breakpoint
CREATE TABLE "account_balances" (
	"account_id" uuid NOT NULL,
	"as_of" date NOT NULL,
	"organization_id" uuid NOT NULL,
	"sum" bigint NOT NULL,
	"months" integer,
	CONSTRAINT "account_balances_account_id_as_of_pk" PRIMARY KEY("account_id","as_of")
);
--> statement-breakpoint
CREATE TABLE "account_people" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"organization_name" text,
	"last_name" text,
	"first_name" text,
	"middle_name" text,
	"birth_date" date,
	"snils" text,
	"document_type_code" text,
	"document_series" text,
	"document_number" text,
	"source" text DEFAULT 'person' NOT NULL,
	CONSTRAINT "account_people_kind" CHECK ("account_people"."kind" in ('owner', 'resident', 'payer')),
	CONSTRAINT "account_people_snils" CHECK ("account_people"."snils" ~ '^[0-9]{11}$'),
	CONSTRAINT "account_people_named" CHECK (("account_people"."organization_name" is not null) <> ("account_people"."last_name" is not null))
);
--> statement-breakpoint
CREATE TABLE "account_premises" (
	"account_id" uuid NOT NULL,
	"premises_id" uuid NOT NULL,
	CONSTRAINT "account_premises_account_id_premises_id_pk" PRIMARY KEY("account_id","premises_id")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"number" text NOT NULL,
	"unified_account_number" text,
	"service_id" text,
	"gis_account_guid" uuid,
	"opened_on" date,
	"closed_on" date,
	"area" numeric(10, 2),
	"source" text DEFAULT 'person' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_unified_length" CHECK (char_length("accounts"."unified_account_number") = 10),
	CONSTRAINT "accounts_dates" CHECK ("accounts"."opened_on" <= "accounts"."closed_on"),
	CONSTRAINT "accounts_source" CHECK ("accounts"."source" in ('portal', 'excel', 'person'))
);
--> statement-breakpoint
CREATE TABLE "house_aliases" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"house_id" uuid NOT NULL,
	"chosen_by" uuid NOT NULL,
	"chosen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "house_aliases_organization_id_key_pk" PRIMARY KEY("organization_id","key")
);
--> statement-breakpoint
CREATE TABLE "houses" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"address" text NOT NULL,
	"fias_house_guid" uuid,
	"gis_house_guid" uuid,
	"kind" text DEFAULT 'apartment' NOT NULL,
	"division_id" uuid,
	"main_house_id" uuid,
	"source" text DEFAULT 'person' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "houses_kind" CHECK ("houses"."kind" in ('apartment', 'living', 'blocked')),
	CONSTRAINT "houses_source" CHECK ("houses"."source" in ('portal', 'excel', 'person')),
	CONSTRAINT "houses_not_own_main" CHECK ("houses"."main_house_id" <> "houses"."id")
);
--> statement-breakpoint
CREATE TABLE "premises" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"house_id" uuid NOT NULL,
	"kind" text DEFAULT 'flat' NOT NULL,
	"number" text DEFAULT '' NOT NULL,
	"room" text DEFAULT '' NOT NULL,
	"key" text NOT NULL,
	"gis_guid" uuid,
	"terminated_on" date,
	"source" text DEFAULT 'person' NOT NULL,
	CONSTRAINT "premises_kind" CHECK ("premises"."kind" in ('flat', 'room', 'block', 'nonresidential', 'house')),
	CONSTRAINT "premises_source" CHECK ("premises"."source" in ('portal', 'excel', 'person'))
);
--> statement-breakpoint
CREATE TABLE "access_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "access_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"user_id" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"action" text NOT NULL,
	"request_id" uuid,
	"subject" text
);
--> statement-breakpoint
CREATE TABLE "letters" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "letters_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"to" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_error" text,
	"once" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "letters_state" CHECK ("letters"."state" in ('waiting', 'sent', 'failed', 'shown'))
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notifications_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"request_id" uuid,
	"href" text,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"once" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone,
	"lettered_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "person_days" (
	"user_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"day" date NOT NULL,
	CONSTRAINT "person_days_user_id_organization_id_day_pk" PRIMARY KEY("user_id","organization_id","day")
);
--> statement-breakpoint
CREATE TABLE "presence" (
	"request_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "presence_request_id_user_id_pk" PRIMARY KEY("request_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "divisions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"parent_id" uuid,
	"responsible_id" uuid,
	CONSTRAINT "divisions_not_own_parent" CHECK ("divisions"."parent_id" <> "divisions"."id")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "bulk_runs" DROP CONSTRAINT "bulk_runs_action";--> statement-breakpoint
ALTER TABLE "debt_requests" ADD COLUMN "division_id" uuid;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD COLUMN "house_id" uuid;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD COLUMN "premises_id" uuid;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD COLUMN "answer_source" text;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD COLUMN "documents_promised" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD COLUMN "params" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "person_settings" ADD COLUMN "mail" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "division_id" uuid;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "blocked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "deputy_id" uuid;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "away_from" date;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "away_until" date;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "default_responsible_id" uuid;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "sync_at_login" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "answer_trails" ADD CONSTRAINT "answer_trails_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answer_trails" ADD CONSTRAINT "answer_trails_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answer_trails" ADD CONSTRAINT "answer_trails_actor_id_users_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_payments" ADD CONSTRAINT "case_payments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_payments" ADD CONSTRAINT "case_payments_case_id_court_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."court_cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_payments" ADD CONSTRAINT "case_payments_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "court_cases" ADD CONSTRAINT "court_cases_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "court_cases" ADD CONSTRAINT "court_cases_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "court_cases" ADD CONSTRAINT "court_cases_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_request_accounts" ADD CONSTRAINT "debt_request_accounts_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_request_accounts" ADD CONSTRAINT "debt_request_accounts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "respondents" ADD CONSTRAINT "respondents_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "respondents" ADD CONSTRAINT "respondents_case_id_court_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."court_cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_balances" ADD CONSTRAINT "account_balances_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_balances" ADD CONSTRAINT "account_balances_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_people" ADD CONSTRAINT "account_people_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_people" ADD CONSTRAINT "account_people_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_premises" ADD CONSTRAINT "account_premises_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_premises" ADD CONSTRAINT "account_premises_premises_id_premises_id_fk" FOREIGN KEY ("premises_id") REFERENCES "public"."premises"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "house_aliases" ADD CONSTRAINT "house_aliases_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "house_aliases" ADD CONSTRAINT "house_aliases_house_id_houses_id_fk" FOREIGN KEY ("house_id") REFERENCES "public"."houses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "house_aliases" ADD CONSTRAINT "house_aliases_chosen_by_users_id_fk" FOREIGN KEY ("chosen_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "houses" ADD CONSTRAINT "houses_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "houses" ADD CONSTRAINT "houses_division_id_divisions_id_fk" FOREIGN KEY ("division_id") REFERENCES "public"."divisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "houses" ADD CONSTRAINT "houses_main_house_id_houses_id_fk" FOREIGN KEY ("main_house_id") REFERENCES "public"."houses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "premises" ADD CONSTRAINT "premises_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "premises" ADD CONSTRAINT "premises_house_id_houses_id_fk" FOREIGN KEY ("house_id") REFERENCES "public"."houses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_log" ADD CONSTRAINT "access_log_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_log" ADD CONSTRAINT "access_log_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "letters" ADD CONSTRAINT "letters_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "letters" ADD CONSTRAINT "letters_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_days" ADD CONSTRAINT "person_days_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_days" ADD CONSTRAINT "person_days_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "divisions" ADD CONSTRAINT "divisions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "divisions" ADD CONSTRAINT "divisions_parent_id_divisions_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."divisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "divisions" ADD CONSTRAINT "divisions_responsible_id_users_id_fk" FOREIGN KEY ("responsible_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "answer_trails_request" ON "answer_trails" USING btree ("request_id","id");--> statement-breakpoint
CREATE INDEX "case_payments_case" ON "case_payments" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "court_cases_account" ON "court_cases" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "court_cases_organization" ON "court_cases" USING btree ("organization_id","filed_on");--> statement-breakpoint
CREATE INDEX "court_cases_number" ON "court_cases" USING btree ("organization_id","number");--> statement-breakpoint
CREATE INDEX "debt_request_accounts_account" ON "debt_request_accounts" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "respondents_case" ON "respondents" USING btree ("case_id","position");--> statement-breakpoint
CREATE INDEX "account_people_account" ON "account_people" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "account_premises_premises" ON "account_premises" USING btree ("premises_id");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_number" ON "accounts" USING btree ("organization_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_gis" ON "accounts" USING btree ("organization_id","gis_account_guid");--> statement-breakpoint
CREATE INDEX "accounts_unified" ON "accounts" USING btree ("organization_id","unified_account_number");--> statement-breakpoint
CREATE INDEX "house_aliases_house" ON "house_aliases" USING btree ("house_id");--> statement-breakpoint
CREATE INDEX "houses_organization" ON "houses" USING btree ("organization_id","address");--> statement-breakpoint
CREATE INDEX "houses_fias" ON "houses" USING btree ("organization_id","fias_house_guid");--> statement-breakpoint
CREATE UNIQUE INDEX "houses_gis" ON "houses" USING btree ("organization_id","gis_house_guid");--> statement-breakpoint
CREATE UNIQUE INDEX "houses_main_fias" ON "houses" USING btree ("organization_id","fias_house_guid") WHERE "houses"."main_house_id" is null;--> statement-breakpoint
CREATE INDEX "houses_division" ON "houses" USING btree ("division_id");--> statement-breakpoint
CREATE UNIQUE INDEX "premises_key" ON "premises" USING btree ("house_id","key") WHERE "premises"."terminated_on" is null;--> statement-breakpoint
CREATE INDEX "premises_gis" ON "premises" USING btree ("organization_id","gis_guid");--> statement-breakpoint
CREATE INDEX "access_log_latest" ON "access_log" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "access_log_person" ON "access_log" USING btree ("organization_id","user_id","id");--> statement-breakpoint
CREATE INDEX "letters_waiting" ON "letters" USING btree ("next_at") WHERE "letters"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "letters_person" ON "letters" USING btree ("user_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "letters_once" ON "letters" USING btree ("user_id","organization_id","once");--> statement-breakpoint
CREATE INDEX "notifications_to_letter" ON "notifications" USING btree ("at") WHERE "notifications"."lettered_at" is null and "notifications"."read_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_person" ON "notifications" USING btree ("user_id","organization_id","id");--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("user_id","organization_id") WHERE "notifications"."read_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_once" ON "notifications" USING btree ("user_id","organization_id","once");--> statement-breakpoint
CREATE UNIQUE INDEX "divisions_name" ON "divisions" USING btree ("organization_id","name");--> statement-breakpoint
CREATE INDEX "invitations_user" ON "invitations" USING btree ("user_id");--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_division_id_divisions_id_fk" FOREIGN KEY ("division_id") REFERENCES "public"."divisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_house_id_houses_id_fk" FOREIGN KEY ("house_id") REFERENCES "public"."houses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_premises_id_premises_id_fk" FOREIGN KEY ("premises_id") REFERENCES "public"."premises"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_division_id_divisions_id_fk" FOREIGN KEY ("division_id") REFERENCES "public"."divisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_deputy_id_users_id_fk" FOREIGN KEY ("deputy_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_deputy_is_member" FOREIGN KEY ("deputy_id","organization_id") REFERENCES "public"."memberships"("user_id","organization_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_default_responsible_id_users_id_fk" FOREIGN KEY ("default_responsible_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "debt_requests_responsible" ON "debt_requests" USING btree ("organization_id","responsible_id","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_assignee" ON "debt_requests" USING btree ("organization_id","assignee_id","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_division" ON "debt_requests" USING btree ("organization_id","division_id","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_premises" ON "debt_requests" USING btree ("premises_id");--> statement-breakpoint
CREATE INDEX "memberships_deputy" ON "memberships" USING btree ("deputy_id") WHERE "memberships"."deputy_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree (lower("email"));--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_matched" CHECK ("debt_requests"."match_state" not in ('matched', 'manual') or "debt_requests"."house_id" is not null);--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_answer_source" CHECK ("debt_requests"."answer_source" in ('person', 'autofill', 'autoanswer', 'excel'));--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_action" CHECK ("bulk_runs"."action" in ('markReady', 'send', 'delegate', 'returnForRework'));--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_deputy_other" CHECK ("memberships"."deputy_id" <> "memberships"."user_id");--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_absence" CHECK (num_nonnulls("memberships"."deputy_id", "memberships"."away_from", "memberships"."away_until") in (0, 3) and "memberships"."away_from" <= "memberships"."away_until");