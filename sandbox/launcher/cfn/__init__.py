"""CloudFormation for the sandbox: types that ministack lacks, updates that keep data, an engine that rolls back."""
