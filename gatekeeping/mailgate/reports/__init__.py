"""What schools report: requests that did not come to them through the portal."""
