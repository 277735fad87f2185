"""K02: guidance cited as if it were law."""

FIRES = [
    {"legal_claim": "KCSIE 2025"},
    {"body": "KCSIE requires all schools to send us this audit."},
    {"legal_claim": "Ofsted"},
    {"legal_claim": "Governors' handbook s.4"},
    {"body": "As set out in the SEND Code of Practice, schools must complete this annual return."},
    {"body": "The DfE's guidance on trees requires every school to report planting."},
    {"legal_claim": "Policy of the Schools Forum"},
    {"body": "The Attendance Code of Practice obliges schools to send us this."},
]
SILENT = [
    {"legal_claim": "Education Act 1996, section 537A"},
    {"body": "Ofsted published its report in May. Our policy is on the web."},
    {"body": "In line with KCSIE, schools must update their policy and tell parents."},
    {"body": "Please update your policy in line with KCSIE 2025 by Friday."},
]
