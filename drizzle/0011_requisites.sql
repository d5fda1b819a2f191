ALTER TABLE "organizations" ADD COLUMN "inn" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "ogrn" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_inn" CHECK ("organizations"."inn" ~ '^([0-9]{10}|[0-9]{12})$');--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_ogrn" CHECK ("organizations"."ogrn" ~ '^([0-9]{13}|[0-9]{15})$');