"""Types that ministack 1.4.21 lacks although it has the service: Glue, Athena, metric filters, stream consumers."""

from __future__ import annotations

from typing import Any

from ministack.app import _get_module

from .table import Api, Attributes, Handler, Properties, TABLE, lower_first


def _glue_table(props: Properties) -> dict[str, Any]:
    """An Iceberg table gets the parameters that Glue itself would set; the metadata file is written by its first writer."""
    table = dict(props["TableInput"])
    if props.get("OpenTableFormatInput"):
        table["Parameters"] = {"table_type": "ICEBERG", "waybill:pending": "true", **(table.get("Parameters") or {})}
    return {"DatabaseName": props["DatabaseName"], "TableInput": table}


def _work_group(props: Properties) -> dict[str, Any]:
    settings = props.get("WorkGroupConfiguration", {})
    return {"Name": props["Name"], "Configuration": settings, "Description": props.get("Description", "")}


def _keeping_extras(job: Handler) -> Handler:
    """ministack's CreateJob drops properties that it does not know (ExecutionProperty and others): put them back for GetJob."""
    jobs = _get_module("glue")._jobs

    def remember(physical_id: str, props: Properties) -> None:
        known = {key: value for key, value in jobs[physical_id].items() if value not in ("", None)}
        given = {key: value for key, value in props.items() if key != "Tags"}
        jobs[physical_id] = {**known, **given, "Name": physical_id}

    def create(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        physical_id, attributes = job["create"](logical_id, props, stack)
        remember(physical_id, props)
        return physical_id, attributes

    def update(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Attributes]:
        made, attributes = job["update"](physical_id, old, new, stack, logical_id)
        remember(made, new)
        return made, attributes

    return {**job, "create": create, "update": update}


GLUE: dict[str, Api] = {
    "AWS::Glue::Database": Api(
        "glue", "AWSGlue", "CreateDatabase", "DeleteDatabase", "UpdateDatabase",
        update_request=lambda physical_id, props: {"Name": physical_id, "DatabaseInput": props["DatabaseInput"]},
        ref=lambda props, _answer: props["DatabaseInput"]["Name"],
        identity=lambda physical_id, _props: {"Name": physical_id},
    ),
    "AWS::Glue::Table": Api(
        "glue", "AWSGlue", "CreateTable", "DeleteTable", "UpdateTable",
        update_request=lambda _physical_id, props: _glue_table(props),
        request=_glue_table,
        ref=lambda props, _answer: props["TableInput"]["Name"],
        identity=lambda physical_id, props: {"DatabaseName": props["DatabaseName"], "Name": physical_id},
    ),
    "AWS::Glue::Job": Api(
        "glue", "AWSGlue", "CreateJob", "DeleteJob", "UpdateJob",
        update_request=lambda physical_id, props: {"JobName": physical_id, "JobUpdate": props},
        name="Name",
        identity=lambda physical_id, _props: {"JobName": physical_id},
    ),
    "AWS::Glue::Trigger": Api("glue", "AWSGlue", "CreateTrigger", "DeleteTrigger", name="Name"),
    "AWS::Glue::SecurityConfiguration": Api(
        "glue", "AWSGlue", "CreateSecurityConfiguration", "DeleteSecurityConfiguration", name="Name"
    ),
}

ATHENA: dict[str, Api] = {
    "AWS::Athena::WorkGroup": Api(
        "athena", "AmazonAthena", "CreateWorkGroup", "DeleteWorkGroup", "UpdateWorkGroup",
        update_request=lambda physical_id, props: {
            "WorkGroup": physical_id,
            "ConfigurationUpdates": props.get("WorkGroupConfiguration", {}),
        },
        name="Name",
        request=_work_group,
        identity=lambda physical_id, _props: {"WorkGroup": physical_id, "RecursiveDeleteOption": True},
    ),
    "AWS::Athena::NamedQuery": Api(
        "athena", "AmazonAthena", "CreateNamedQuery", "DeleteNamedQuery",
        ref=lambda _props, answer: answer["NamedQueryId"],
        identity=lambda physical_id, _props: {"NamedQueryId": physical_id},
        attributes=lambda physical_id: {"NamedQueryId": physical_id},
    ),
    "AWS::Athena::PreparedStatement": Api(
        "athena", "AmazonAthena", "CreatePreparedStatement", "DeletePreparedStatement",
        ref=lambda props, _answer: props["StatementName"],
        identity=lambda physical_id, props: {"StatementName": physical_id, "WorkGroup": props["WorkGroup"]},
    ),
}

OTHERS: dict[str, Api] = {
    "AWS::Logs::MetricFilter": Api(
        "logs", "Logs_20140328", "PutMetricFilter", "DeleteMetricFilter", "PutMetricFilter",
        update_request=lambda physical_id, props: lower_first({**props, "FilterName": physical_id}),
        name="FilterName",
        request=lower_first,
        identity=lambda physical_id, props: {"filterName": physical_id, "logGroupName": props["LogGroupName"]},
    ),
    "AWS::Kinesis::StreamConsumer": Api(
        "kinesis", "Kinesis_20131202", "RegisterStreamConsumer", "DeregisterStreamConsumer",
        ref=lambda _props, answer: answer["Consumer"]["ConsumerARN"],
        identity=lambda physical_id, _props: {"ConsumerARN": physical_id},
        attributes=lambda physical_id: {"ConsumerARN": physical_id},
    ),
}


def install() -> None:
    for type_name, entry in {**GLUE, **ATHENA, **OTHERS}.items():
        TABLE[type_name] = entry.handler()
    TABLE["AWS::Glue::Job"] = _keeping_extras(TABLE["AWS::Glue::Job"])
