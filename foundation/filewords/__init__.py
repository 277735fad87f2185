"""Files from strangers: what they are, their words, what is dangerous about them.

``words`` takes the words out of a file that was looked at already; ``apart`` judges and reads any
file at all, in a process of its own with little memory and time.
"""
