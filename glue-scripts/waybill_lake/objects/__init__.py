"""Objects by key: where jobs read bronze and leave manifests, outcomes and results."""

from waybill_lake.objects.folder import FolderStore
from waybill_lake.objects.port import ObjectInfo, ObjectStore
from waybill_lake.objects.s3 import S3Store

__all__ = ["FolderStore", "ObjectInfo", "ObjectStore", "S3Store"]
