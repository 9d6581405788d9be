"""Types that deploy and do nothing here: their properties are kept, Ref and GetAtt answer. ``waybill doctor`` lists them."""

from __future__ import annotations

from .table import Stored, TABLE

_GLUE_ARN = "arn:aws:glue:{region}:{account}"
_DMS_ARN = "arn:aws:dms:{region}:{account}"

_ENTRIES = [
    Stored("AWS::ApplicationAutoScaling::ScalableTarget", attributes={"Id": "{pid}"}),
    Stored(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        attributes={"Arn": "arn:aws:autoscaling:{region}:{account}:scalingPolicy:{pid}"},
    ),
    Stored("AWS::Budgets::Budget"),
    Stored("AWS::CloudFront::CachePolicy", attributes={"Id": "{pid}"}),
    Stored("AWS::CloudFront::Function", "Name", attributes={"FunctionARN": "arn:aws:cloudfront::{account}:function/{pid}", "Stage": "LIVE"}),
    Stored("AWS::CloudFront::OriginAccessControl", attributes={"Id": "{pid}"}),
    Stored("AWS::CloudFront::OriginRequestPolicy", attributes={"Id": "{pid}"}),
    Stored("AWS::CloudFront::ResponseHeadersPolicy", attributes={"Id": "{pid}"}),
    Stored("AWS::CloudTrail::Trail", "TrailName", attributes={"Arn": "arn:aws:cloudtrail:{region}:{account}:trail/{pid}"}),
    Stored("AWS::CloudWatch::AnomalyDetector", attributes={"Id": "{pid}"}),
    Stored("AWS::DMS::Endpoint", ref=f"{_DMS_ARN}:endpoint:{{name}}"),
    Stored("AWS::DMS::ReplicationConfig", ref=f"{_DMS_ARN}:replication-config:{{name}}"),
    Stored("AWS::DMS::ReplicationInstance", ref=f"{_DMS_ARN}:rep:{{name}}"),
    Stored("AWS::DMS::ReplicationTask", ref=f"{_DMS_ARN}:task:{{name}}"),
    Stored("AWS::Events::Archive", "ArchiveName", attributes={"Arn": "arn:aws:events:{region}:{account}:archive/{pid}"}),
    Stored("AWS::Glue::DataCatalogEncryptionSettings"),
    Stored("AWS::Glue::Registry", "Name", f"{_GLUE_ARN}:registry/{{name}}", {"Arn": "{pid}"}),
    Stored("AWS::Glue::Schema", "Name", f"{_GLUE_ARN}:schema/{{name}}", {"Arn": "{pid}", "InitialSchemaVersionId": "{pid}:1"}),
    Stored("AWS::Glue::SchemaVersion", attributes={"VersionId": "{pid}"}),
    Stored("AWS::Glue::SchemaVersionMetadata"),
    Stored("AWS::Kinesis::ResourcePolicy"),
    Stored("AWS::LakeFormation::DataLakeSettings"),
    Stored("AWS::LakeFormation::PrincipalPermissions"),
    Stored("AWS::LakeFormation::Resource"),
    Stored("AWS::Logs::QueryDefinition", attributes={"QueryDefinitionId": "{pid}"}),
    Stored("AWS::WAFv2::IPSet", "Name", attributes={"Arn": "arn:aws:wafv2:{region}:{account}:global/ipset/{pid}"}),
    Stored("AWS::WAFv2::LoggingConfiguration"),
    Stored("AWS::WAFv2::WebACLAssociation"),
]

STORED_TYPES = {entry.type_name: entry for entry in _ENTRIES}


def install() -> None:
    for type_name, entry in STORED_TYPES.items():
        TABLE.setdefault(type_name, entry.handler())
