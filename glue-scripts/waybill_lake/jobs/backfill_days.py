"""Job backfill-days: build-gold's work in a job of its own, so that a backfill takes no runs from live days. Same arguments."""

from waybill_lake.jobs.build_gold import run

if __name__ == "__main__":
    run()
