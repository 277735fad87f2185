"""The bulletin: a week's information items as one page, one mail and one PDF for each reader."""
