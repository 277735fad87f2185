"""K91: something is sold."""

FIRES = [
    {"body": "First aid: £85 per person. Fire warden: £60 per person. Book by email."},
    {"body": "Our payroll service is the best. Ask for a quote today."},
    {"body": "Subscribe to our premium service from £500 a year."},
    {
        "title": "Statutory safety inspection",
        "body": "Schools must buy our inspection package: only £450 a year. Book now.",
    },
]
SILENT = [
    {"body": "The new menus are here. There is no charge."},
    {"body": "Your invoice for school meals is ready. It is £1,240 for November."},
    {"body": "The briefing is on 4 May 2027. Book by email."},
    {"body": "Ask for a quote from three firms before you buy."},
]
