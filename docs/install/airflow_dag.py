"""An Airflow DAG that runs a sync every hour, by sync.sh on the worker."""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="braze_sync",
    schedule="17 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Two syncs of the same streams at once would send the same twice.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
):
    BashOperator(
        task_id="sync",
        # The blank at the end keeps Airflow from taking the command for a template file.
        bash_command="/opt/braze-sync/sync.sh /etc/braze-sync ",
        execution_timeout=timedelta(hours=6),
    )
