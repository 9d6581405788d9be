"""The query process's modules lie beside each other and are imported by their names, as the process itself does."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(PROJECT / "sandbox" / "athena"))
sys.path.insert(0, str(PROJECT / "glue-scripts"))
